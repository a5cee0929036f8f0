package dev.sluice.observe.report;

import java.util.List;

/**
 * What is to be told, whatever it is told in.
 *
 * @param title the title
 * @param subtitle a line below it; may be empty
 * @param sections the parts, in order
 */
public record Report(String title, String subtitle, List<Section> sections) {
  /** Copies the sections. */
  public Report {
    sections = List.copyOf(sections);
  }

  /** A part of a report. */
  public sealed interface Section {
    /** Its heading. */
    String heading();
  }

  /**
   * Sentences.
   *
   * @param heading the heading
   * @param lines the sentences
   */
  public record Notes(String heading, List<String> lines) implements Section {
    /** Copies the sentences. */
    public Notes {
      lines = List.copyOf(lines);
    }
  }

  /**
   * Rows under headings.
   *
   * @param heading the heading
   * @param columns the columns' names; one that starts with {@code >} has its cells aligned to the
   *     right
   * @param rows the cells of each row, as many as there are columns
   */
  public record Grid(String heading, List<String> columns, List<List<String>> rows)
      implements Section {
    /** Copies the rows and checks their length. */
    public Grid {
      columns = List.copyOf(columns);
      rows = rows.stream().map(List::copyOf).toList();
      for (List<String> row : rows) {
        if (row.size() != columns.size()) {
          throw new IllegalArgumentException(
              "a row of " + row.size() + " cells in a grid of " + columns.size() + " columns");
        }
      }
    }
  }

  /**
   * Lines over time.
   *
   * @param heading the heading
   * @param unit what is measured, such as {@code Mbit/s}
   * @param lines the lines
   */
  public record TimeChart(String heading, String unit, List<Line> lines) implements Section {
    /** Copies the lines. */
    public TimeChart {
      lines = List.copyOf(lines);
    }
  }

  /**
   * One line of a chart.
   *
   * @param name what it is called
   * @param seconds where its points are, in seconds
   * @param values how high they are
   */
  @SuppressWarnings("ArrayRecordComponent") // thousands of points, made for one chart
  public record Line(String name, double[] seconds, double[] values) {
    /** Checks that there are as many of one as of the other. */
    public Line {
      if (seconds.length != values.length) {
        throw new IllegalArgumentException(
            seconds.length + " times and " + values.length + " values");
      }
    }
  }
}
