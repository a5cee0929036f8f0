package dev.sluice.conformance;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Who may use whom. The poms say it too; this catches what comes in through a dependency's back.
 */
class ModuleGraphTest {
  /** What the modules have, without their tests; read once, for that takes seconds. */
  static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.sluice");

  /** Each module and the modules it may use. A new module gets a line here. */
  private static final Map<String, List<String>> MAY_USE =
      Map.of(
          "bpf", List.of(),
          "packet", List.of(),
          "datapath", List.of("bpf"),
          "compiler", List.of("bpf"),
          "programs", List.of("compiler"),
          "kernel", List.of("datapath", "bpf"),
          "engine", List.of("datapath", "bpf", "packet"),
          "policy", List.of("datapath", "bpf", "compiler", "packet"),
          "observe", List.of("datapath", "bpf", "packet"),
          "cli",
              List.of(
                  "compiler",
                  "programs",
                  "kernel",
                  "engine",
                  "policy",
                  "observe",
                  "packet",
                  "datapath",
                  "bpf"));

  static Set<String> modules() {
    return MAY_USE.keySet();
  }

  @ParameterizedTest
  @MethodSource("modules")
  void usesOnlyTheModulesItMay(String module) {
    String[] allowed =
        Stream.concat(Stream.of(module), MAY_USE.getOrDefault(module, List.of()).stream())
            .map(ModuleGraphTest::packageOf)
            .toArray(String[]::new);
    noClasses()
        .that()
        .resideInAPackage(packageOf(module))
        .should()
        .dependOnClassesThat(resideInAPackage("dev.sluice..").and(not(resideInAnyPackage(allowed))))
        .allowEmptyShould(true)
        .check(CLASSES);
  }

  @Test
  void onlyTheKernelModuleCallsForeignFunctions() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.sluice.kernel..")
        .should()
        .dependOnClassesThat(resideInAPackage("java.lang.foreign.."))
        .allowEmptyShould(true)
        .check(CLASSES);
  }

  private static String packageOf(String module) {
    return "dev.sluice." + module + "..";
  }
}
