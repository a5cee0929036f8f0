package dev.sluice.cli.tc;

import dev.sluice.datapath.program.Program;
import dev.sluice.datapath.tc.Filter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What stands behind a filter's kind, with the handle, whose form depends on the kind.
 *
 * @param handle the filter's number; 0 where none is given
 * @param filter its options; null for none
 * @param program a program that was opened for it; null for none
 */
record FilterOptions(int handle, @Nullable Filter filter, @Nullable Program program)
    implements AutoCloseable {
  static final FilterOptions NONE = new FilterOptions(0, null, null);

  static FilterOptions read(
      String kind, @Nullable String handle, Words words, Session session, List<String> remarks) {
    return switch (kind) {
      case "u32" -> U32Grammar.read(handle, words, session);
      case "bpf" -> BpfGrammar.read(handle, words, session);
      default -> unknown(kind, handle, words);
    };
  }

  /** A kind that Sluice does not model can be named, to remove its filters for example. */
  private static FilterOptions unknown(String kind, @Nullable String handle, Words words) {
    Problems problems = words.problems();
    if (!words.isEmpty()) {
      problems.line(
          "Unknown filter \"", kind, "\", hence option \"", words.word(), "\" is unparsable");
      throw Stop.command(1);
    }
    if (handle == null) {
      return NONE;
    }
    long number = Digits.unsigned32(handle, numberBase(kind));
    if (number < 0) {
      problems.line("Unparsable filter ID \"", handle, "\"");
      throw Stop.command(1);
    }
    return new FilterOptions((int) number, null, null);
  }

  /** tc reads the handles of kinds that it knows by their beginning, and others as hexadecimal. */
  private static int numberBase(String kind) {
    return switch (kind) {
      case "basic", "cgroup", "flow", "flower", "fw", "matchall" -> 0;
      default -> 16;
    };
  }

  @Override
  public void close() {
    if (program != null) {
      program.close();
    }
  }
}
