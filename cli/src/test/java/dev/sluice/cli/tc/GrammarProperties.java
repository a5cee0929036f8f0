package dev.sluice.cli.tc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever is given to tc, it ends with one of its exit codes and says why. */
class GrammarProperties {
  private static final List<String[]> COMMANDS = commands();
  private static final List<String> WORDS = words();

  private static List<String[]> commands() {
    List<String[]> commands = new ArrayList<>();
    try {
      for (String resource : List.of("qdisc.lines", "filter.lines", "state.lines")) {
        for (String line : Lines.of(resource)) {
          commands.add(Batch.split(line, new Problems()));
        }
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return commands;
  }

  private static List<String> words() {
    TreeSet<String> words = new TreeSet<>();
    for (String[] command : COMMANDS) {
      words.addAll(List.of(command));
    }
    words.removeIf(GrammarProperties::readsFiles);
    return List.copyOf(words);
  }

  /** Words behind which a file is read or a namespace entered. */
  private static boolean readsFiles(String word) {
    return word.startsWith("-b") || word.startsWith("-n") || word.contains("%");
  }

  private static void check(String... words) {
    Run run = Run.of(ReplayedDatapath::new, words);
    assertThat(run.code()).as(String.join(" ", words)).isIn(0, 1, 2, 255);
    if (run.code() != 0) {
      assertThat(run.err()).as(String.join(" ", words)).isNotBlank();
    }
  }

  @Provide
  Arbitrary<String> word() {
    return Arbitraries.frequencyOf(
        net.jqwik.api.Tuple.of(9, Arbitraries.of(WORDS)),
        net.jqwik.api.Tuple.of(
            1, Arbitraries.strings().all().ofMaxLength(12).filter(text -> !readsFiles(text))));
  }

  @Provide
  Arbitrary<List<String>> anyWords() {
    return word().list().ofMaxSize(20);
  }

  @Property(tries = 3000)
  void randomWordsNeverThrow(@ForAll("anyWords") List<String> words) {
    check(words.toArray(new String[0]));
  }

  @Provide
  Arbitrary<List<String>> brokenCommand() {
    Arbitrary<List<String>> command =
        Arbitraries.of(COMMANDS)
            .map(List::of)
            .filter(words -> words.stream().noneMatch(GrammarProperties::readsFiles));
    return Combinators.combine(
            command,
            Arbitraries.integers().between(0, 30),
            Arbitraries.integers().between(0, 30),
            word())
        .as(GrammarProperties::broken);
  }

  /** A command cut short, with one word replaced. */
  private static List<String> broken(List<String> command, int length, int place, String word) {
    List<String> words = new ArrayList<>(command.subList(0, Math.min(length, command.size())));
    if (place < words.size()) {
      words.set(place, word);
    }
    return words;
  }

  @Property(tries = 5000)
  void brokenCommandsNeverThrow(@ForAll("brokenCommand") List<String> words) {
    check(words.toArray(new String[0]));
  }

  @Property(tries = 500)
  void randomBatchesNeverThrow(@ForAll String batch) {
    Run run = Run.withInput(ReplayedDatapath::new, batch, "-force", "-batch", "-");
    assertThat(run.code()).isIn(0, 1, 2, 255);
  }
}
