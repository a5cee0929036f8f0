package dev.sluice.policy.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The project's files that tests read, and make again with {@code -Dsluice.update=true}. */
final class Project {
  private Project() {}

  static Path docs() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.isRegularFile(folder.resolve("docs/policy.md"))) {
      folder = folder.getParent();
      assertThat(folder).as("the project's folder").isNotNull();
    }
    return folder.resolve("docs");
  }

  /** The example of the documentation. */
  static String example() throws IOException {
    String page = Files.readString(docs().resolve("policy.md"));
    int start = page.indexOf("```yaml\n") + "```yaml\n".length();
    return page.substring(start, page.indexOf("```", start));
  }

  /** Checks that a file is as it would be made now, or makes it. */
  static void assertUpToDate(Path file, String expected) throws IOException {
    if (Boolean.getBoolean("sluice.update")) {
      Files.writeString(file, expected);
    }
    assertThat(Files.exists(file) ? Files.readString(file) : "")
        .as(file + ", which -Dsluice.update=true makes again")
        .isEqualTo(expected);
  }
}
