package dev.sluice.cli.output;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Rows under headings, as wide as what is in them. An empty cell prints {@code -}, so that a line
 * always splits into as many words as there are columns.
 */
public final class Table {
  private static final String GAP = "   ";

  private final String[] headings;
  private final List<String[]> rows = new ArrayList<>();

  /**
   * A table without rows.
   *
   * @param headings the headings, in capitals; one that starts with {@code >} has its column
   *     aligned to the right
   */
  public Table(String... headings) {
    this.headings = headings.clone();
  }

  /**
   * Adds a row.
   *
   * @param cells as many as there are headings
   */
  public Table row(String... cells) {
    if (cells.length != headings.length) {
      throw new IllegalArgumentException(
          "expected " + headings.length + " cells, found " + Arrays.toString(cells));
    }
    rows.add(Arrays.stream(cells).map(cell -> cell.isEmpty() ? "-" : cell).toArray(String[]::new));
    return this;
  }

  /** Whether there are no rows. */
  public boolean isEmpty() {
    return rows.isEmpty();
  }

  /**
   * Prints headings and rows.
   *
   * @param out where to
   * @param indent what each line starts with
   * @param paint colours for the headings
   */
  public void print(PrintStream out, String indent, Paint paint) {
    int[] widths = new int[headings.length];
    for (int column = 0; column < headings.length; column++) {
      widths[column] = heading(column).length();
      for (String[] row : rows) {
        widths[column] =
            Math.max(widths[column], row[column].codePointCount(0, row[column].length()));
      }
    }
    String[] titles = new String[headings.length];
    for (int column = 0; column < headings.length; column++) {
      titles[column] = heading(column);
    }
    out.println(indent + paint.dim(line(titles, widths)));
    for (String[] row : rows) {
      out.println(indent + line(row, widths));
    }
  }

  /** Prints headings and rows without indentation. */
  public void print(Output output) {
    print(output.out(), "", output.paint());
  }

  private String heading(int column) {
    return isRight(column) ? headings[column].substring(1) : headings[column];
  }

  private boolean isRight(int column) {
    return headings[column].startsWith(">");
  }

  private String line(String[] cells, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int column = 0; column < cells.length; column++) {
      if (column > 0) {
        line.append(GAP);
      }
      String padding =
          " ".repeat(widths[column] - cells[column].codePointCount(0, cells[column].length()));
      if (isRight(column)) {
        line.append(padding).append(cells[column]);
      } else {
        line.append(cells[column]).append(padding);
      }
    }
    return line.toString().stripTrailing();
  }
}
