package dev.sluice.cli.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.datapath.chain.ChainEntry;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChainChangeTest {
  /** Reads {@code 5 7:2}: the bare program 5, then program 7 under link 2. */
  private static List<ChainEntry> chain(String text) {
    return Stream.of(text.split(" "))
        .filter(word -> !word.isEmpty())
        .map(word -> word.split(":"))
        .map(
            word ->
                new ChainEntry(
                    Integer.parseInt(word[0]),
                    word.length == 1 ? 0 : Integer.parseInt(word[1]),
                    ChainEntry.Place.NONE))
        .toList();
  }

  @ParameterizedTest
  @CsvSource({
    "'1 2','1 2',''",
    "'','1 2','ADDED 1 at 0, ADDED 2 at 1'",
    "'1 2 3','1 3','REMOVED 2 at 1'",
    "'1 2 3','3 1 2','MOVED 3 at 0'",
    "'1 2 3','1 4 3','REPLACED 4 at 1'",
    "'1:1 2:2','1:1 9:2','REPLACED 9 at 1'",
    "'1:1','1:5','REMOVED 1 at 0, ADDED 1 at 0'",
    "'1 2','2 3 1','ADDED 3 at 1, MOVED 1 at 2'",
    "'1','','REMOVED 1 at 0'",
  })
  void tellsLittle(String old, String now, String expected) {
    assertThat(
            String.join(
                ", ",
                ChainChange.between(chain(old), chain(now)).stream()
                    .map(
                        change ->
                            change.kind()
                                + " "
                                + change.entry().programId()
                                + " at "
                                + change.position())
                    .toList()))
        .isEqualTo(expected);
  }
}
