package dev.sluice.cli.chain;

import dev.sluice.bpf.ProgramType;
import dev.sluice.bpf.verdict.ReturnAnalysis;
import dev.sluice.bpf.verdict.ReturnValues;
import dev.sluice.cli.prog.VerdictName;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.NotPermitted;
import dev.sluice.datapath.program.Program;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What loaded programs can return, each looked at once. */
final class ProgramReturns {
  private final Datapath datapath;
  private final Map<Integer, ReturnValues> known = new HashMap<>();

  ProgramReturns(Datapath datapath) {
    this.datapath = datapath;
  }

  /** Any where the caller may not look, or the program went meanwhile. */
  ReturnValues of(int program) {
    return known.computeIfAbsent(program, this::analyse);
  }

  private ReturnValues analyse(int id) {
    try (Program program = datapath.programs().open(id)) {
      ProgramType type = program.info().type();
      return type == null
          ? ReturnValues.ANY
          : ReturnAnalysis.ofTranslated(program.translatedInstructions(), type);
    } catch (NotFound | NotPermitted e) {
      return ReturnValues.ANY;
    }
  }

  /** The names of values, or the numbers of those without one; {@code any} for any. */
  static List<String> names(ReturnValues values, ProgramType type) {
    if (values.isAny()) {
      return List.of("any");
    }
    return values.values().stream()
        .map(
            value -> {
              String name = VerdictName.of(type, value);
              return name == null ? Integer.toString(value) : name;
            })
        .toList();
  }
}
