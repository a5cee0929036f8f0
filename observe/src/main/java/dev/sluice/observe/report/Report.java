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
   * A few numbers that tell most.
   *
   * @param heading the heading
   * @param figures the numbers
   */
  public record Figures(String heading, List<Figure> figures) implements Section {
    /** Copies the numbers. */
    public Figures {
      figures = List.copyOf(figures);
    }
  }

  /**
   * A number that stands out.
   *
   * @param value the number with its unit
   * @param label what it is
   * @param note what else there is to say; may be empty
   */
  public record Figure(String value, String label, String note) {}

  /**
   * Sentences.
   *
   * @param heading the heading
   * @param lines the sentences
   * @param tone how much they are to be seen
   */
  public record Notes(String heading, List<String> lines, Tone tone) implements Section {
    /** Copies the sentences. */
    public Notes {
      lines = List.copyOf(lines);
    }
  }

  /** How much sentences are to be seen. */
  public enum Tone {
    /** As much as anything. */
    PLAIN,
    /** Something may be wrong. */
    WARNING
  }

  /**
   * Text as it is, such as a file.
   *
   * @param heading the heading
   * @param text the text
   */
  public record Listing(String heading, String text) implements Section {}

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
   * Amounts over time.
   *
   * @param heading the heading
   * @param unit what is measured, such as {@code Mbit/s}
   * @param areas amounts that are parts of a whole, all at the same times: the first is drawn
   *     lowest, each other on those before
   * @param lines amounts that stand for themselves
   */
  public record TimeChart(String heading, String unit, List<Line> areas, List<Line> lines)
      implements Section {
    /** Copies the areas and lines, and checks that areas can be put on each other. */
    public TimeChart {
      areas = List.copyOf(areas);
      lines = List.copyOf(lines);
      for (Line area : areas) {
        if (area.seconds().length != areas.getFirst().seconds().length) {
          throw new IllegalArgumentException("areas of different lengths: " + heading);
        }
      }
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
