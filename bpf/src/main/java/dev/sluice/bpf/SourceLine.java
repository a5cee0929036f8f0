package dev.sluice.bpf;

import java.util.Optional;

/**
 * The place in a source file that instructions come from.
 *
 * @param slot the first slot from there; it holds up to the next line of the program
 * @param file name of the source file, as the author knows it
 * @param line counts from 1
 * @param column counts from 1; 0 if unknown
 * @param text the line itself, which the verifier prints in its log; may be empty
 */
public record SourceLine(int slot, String file, int line, int column, String text) {
  /** Highest line, 22 bits ({@code BPF_LINE_INFO_LINE_NUM}). */
  public static final int MAX_LINE = (1 << 22) - 1;

  /** Highest column, 10 bits ({@code BPF_LINE_INFO_LINE_COL}). */
  public static final int MAX_COLUMN = (1 << 10) - 1;

  private static final int COLUMN_BITS = 10;

  /**
   * A line as the kernel keeps it ({@code struct bpf_line_info}).
   *
   * @param lineColumn the line in the upper 22 bits, the column in the lower 10
   * @return empty for line 0, which is for what the compiler made up: it belongs to the line before
   */
  public static Optional<SourceLine> ofPacked(int slot, String file, int lineColumn, String text) {
    int line = lineColumn >>> COLUMN_BITS;
    return line == 0
        ? Optional.empty()
        : Optional.of(new SourceLine(slot, file, line, lineColumn & MAX_COLUMN, text.strip()));
  }

  /** Line and column in one word, as {@link #ofPacked} takes them; larger ones are cut off. */
  public int packed() {
    return Math.min(line, MAX_LINE) << COLUMN_BITS | Math.min(column, MAX_COLUMN);
  }

  /**
   * @throws IllegalArgumentException if a number is negative or the line is 0
   */
  public SourceLine {
    if (slot < 0 || line < 1 || column < 0) {
      throw new IllegalArgumentException(
          "source line %d, column %d at slot %d: the line must be at least 1, the others 0"
              .formatted(line, column, slot));
    }
  }
}
