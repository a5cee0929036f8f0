package dev.sluice.policy.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class PolicyReferenceTest {
  @Test
  void isInTheDocumentation() throws IOException {
    Path page = Project.docs().resolve("policy.md");

    Project.assertUpToDate(page, PolicyReference.into(Files.readString(page)));
  }

  @Test
  void saysWhatEachKeyMeans() {
    assertThat(PolicyReference.markdown())
        .contains(
            "| `priority` | number, 0 to 7 | `0` | Who borrows first: 0 before 7. |",
            "| `rate` | [Rate](#words-and-values) | **required** | What it is guaranteed. |",
            "| `way` | [Way](#words-and-values) | both ways | Which packets. |",
            "| `classes` | list: [ShareClass](#shareclass) |  | The classes. |",
            "| Protocol | `TCP`, `UDP`, `SCTP`, `ICMP` |");
  }

  @Test
  void needsItsMarkers() {
    assertThatIllegalArgumentException().isThrownBy(() -> PolicyReference.into("# A page"));
  }
}
