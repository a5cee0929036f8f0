package dev.sluice.datapath;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The verifier read a program and refused it. */
public final class VerifierRejected extends SluiceException {
  private static final long serialVersionUID = 1L;

  private final String program;
  private final int errno;
  private final String log;
  private final Explanation explanation;

  /**
   * What the log says, for the program's author.
   *
   * @param reason the verifier's words
   * @param sourceLine the line of the program's source ({@code drop.bpfasm:12}) that the refused
   *     instruction came from, if known
   * @param sourceText what stands on that line, if known
   * @param instruction the slot and text of the refused instruction, if known
   * @param known what the verifier knew of the registers involved
   * @param hint what usually mends such a refusal, if known
   */
  public record Explanation(
      String reason,
      @Nullable String sourceLine,
      @Nullable String sourceText,
      @Nullable String instruction,
      List<String> known,
      @Nullable String hint)
      implements Serializable {
    private static final long serialVersionUID = 1L;

    /** A copy of the list is kept. */
    public Explanation {
      known = List.copyOf(known);
    }

    /** For people, a line for each thing that is known. */
    public List<String> lines() {
      List<String> lines = new ArrayList<>();
      if (sourceText != null) {
        lines.add("  source " + sourceText);
      }
      if (instruction != null) {
        lines.add("  insn   " + instruction);
      }
      known.forEach(fact -> lines.add("  known  " + fact));
      if (hint != null) {
        lines.add("  hint   " + hint);
      }
      return lines;
    }
  }

  /**
   * A refusal by the verifier.
   *
   * @param program the program's name
   * @param errno the error number that the load returned, positive
   * @param log the verifier's whole log
   * @param explanation what it says
   */
  public VerifierRejected(String program, int errno, String log, Explanation explanation) {
    super(
        headline(program, explanation)
            + (explanation.hint() == null ? "" : " (" + explanation.hint() + ")"));
    this.program = program;
    this.errno = errno;
    this.log = log;
    this.explanation = explanation;
  }

  private static String headline(String program, Explanation explanation) {
    String place = explanation.sourceLine() == null ? "" : " at " + explanation.sourceLine();
    return "the verifier refused program " + program + place + ": " + explanation.reason();
  }

  /** Program, place and reason, without the rest of the explanation. */
  public String headline() {
    return headline(program, explanation);
  }

  /** The program's name. */
  public String program() {
    return program;
  }

  /** The error number that the load returned, positive. */
  public int errno() {
    return errno;
  }

  /** The verifier's whole log. */
  public String log() {
    return log;
  }

  /** What the log says. */
  public Explanation explanation() {
    return explanation;
  }

  /** Where in the program's source it happened, null where not known. */
  public @Nullable String sourceLine() {
    return explanation.sourceLine();
  }

  /** What usually mends such a refusal, null where not known. */
  public @Nullable String hint() {
    return explanation.hint();
  }
}
