package dev.sluice.datapath.program;

import dev.sluice.bpf.SourceLine;
import dev.sluice.bpf.Subprogram;
import java.util.List;

/**
 * What is known of where a loaded program's instructions come from. Slots are those of its
 * translated instructions.
 *
 * @param functions its functions behind the first, in the order of their slots; none if not known
 * @param lines in the order of their slots; none if not known
 */
public record ProgramSymbols(List<Subprogram> functions, List<SourceLine> lines) {
  /** Nothing is known. */
  public static final ProgramSymbols NONE = new ProgramSymbols(List.of(), List.of());

  /** Copies the lists. */
  public ProgramSymbols {
    functions = List.copyOf(functions);
    lines = List.copyOf(lines);
  }
}
