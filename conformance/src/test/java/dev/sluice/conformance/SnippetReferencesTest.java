package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** That every example the Javadoc refers to is there: javadoc itself does not run in the build. */
class SnippetReferencesTest {
  private static final Pattern REFERENCE =
      Pattern.compile("\\{@snippet\\s+file=\"([\\w./]+)\"\\s+region=\"(\\w+)\"\\}");
  private static final Path SNIPPETS = Path.of("src", "test", "java");

  private record Reference(Path from, String file, String region) {}

  @Test
  void areRegionsOfCompiledClasses() {
    List<Reference> references = references();
    assertThat(references).hasSizeGreaterThanOrEqualTo(4);
    assertThat(references)
        .allSatisfy(
            reference -> {
              Path source = SNIPPETS.resolve(reference.file());
              assertThat(source).exists();
              assertThat(Files.readString(source))
                  .contains("// @start region=\"" + reference.region() + "\"");
            });
  }

  private static List<Reference> references() {
    List<Reference> found = new ArrayList<>();
    Path datapath = Path.of("..", "datapath", "src", "main", "java");
    try (Stream<Path> sources = Files.walk(datapath)) {
      for (Path source : sources.filter(path -> path.toString().endsWith(".java")).toList()) {
        Matcher matcher = REFERENCE.matcher(Files.readString(source));
        while (matcher.find()) {
          found.add(new Reference(source, matcher.group(1), matcher.group(2)));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found;
  }
}
