package dev.sluice.conformance.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.datapath.Feature;
import java.lang.reflect.AnnotatedElement;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;
import org.opentest4j.TestAbortedException;

/** Gives each test a testbed of its own, and sees to it that the test leaves nothing open. */
public final class TestbedExtension
    implements BeforeEachCallback, AfterEachCallback, ParameterResolver {
  private final TestbedProvider provider;

  /** An extension for the tests of one datapath. */
  public TestbedExtension(TestbedProvider provider) {
    this.provider = provider;
  }

  /**
   * Opens the testbed. The test is aborted here rather than disabled before, so that each
   * invocation of a parameterised test is counted.
   */
  @Override
  public void beforeEach(ExtensionContext context) {
    provider
        .unavailable()
        .ifPresent(
            reason -> {
              throw new TestAbortedException(reason);
            });
    needed(context)
        .distinct()
        .forEach(
            feature ->
                provider
                    .lacks(feature)
                    .ifPresent(
                        reason -> {
                          throw new TestAbortedException("no " + feature.title() + ": " + reason);
                        }));
    Map<String, Integer> before = provider.openResources();
    store(context).put(Opened.class, new Opened(provider.open(), before));
  }

  private static Stream<Feature> needed(ExtensionContext context) {
    Stream<AnnotatedElement> elements =
        Stream.concat(
            context.getTestMethod().<AnnotatedElement>map(method -> method).stream(),
            context.getTestClass().<AnnotatedElement>map(type -> type).stream());
    return elements
        .map(element -> AnnotationSupport.findAnnotation(element, Needs.class))
        .flatMap(Optional::stream)
        .flatMap(needs -> Stream.of(needs.value()));
  }

  @Override
  public void afterEach(ExtensionContext context) {
    Opened opened = store(context).remove(Opened.class, Opened.class);
    if (opened == null) {
      return;
    }
    opened.testbed().close();
    assertThat(provider.openResources())
        .as("what the process holds open after the test")
        .isEqualTo(opened.resourcesBefore());
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Testbed.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Opened opened = store(context).get(Opened.class, Opened.class);
    if (opened == null) {
      throw new IllegalStateException("a testbed is there from @BeforeEach to @AfterEach only");
    }
    return opened.testbed();
  }

  private static ExtensionContext.Store store(ExtensionContext context) {
    return context.getStore(ExtensionContext.Namespace.create(TestbedExtension.class));
  }

  private record Opened(Testbed testbed, Map<String, Integer> resourcesBefore) {}
}
