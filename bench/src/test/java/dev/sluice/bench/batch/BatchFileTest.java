package dev.sluice.bench.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class BatchFileTest {
  @Test
  void holdsAsManyClassesAndFiltersAsItSays() {
    for (BatchFile batch : List.of(BatchFile.flat(1000), BatchFile.nested(10_000))) {
      List<String> lines = batch.lines("lo");
      assertThat(lines.stream().filter(line -> line.startsWith("class add")))
          .hasSize(batch.allClasses());
      assertThat(lines.stream().filter(line -> line.contains("flowid")))
          .hasSize(batch.allFilters());
      assertThat(lines).doesNotHaveDuplicates();
    }
  }

  @Test
  void noBucketHoldsMoreFiltersThanItHasHandles() {
    assertThat(
            BatchFile.flat(10_000).lines("lo").stream().filter(line -> line.contains(" ht 2:0:")))
        .hasSizeBetween(1, 4095);
  }
}
