package dev.sluice.observe.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A report as one HTML page, with its charts and style inside. */
public final class HtmlPage {
  private static final String STYLE =
      """
      :root { color-scheme: light dark; }
      body { font: 15px/1.5 system-ui, sans-serif; max-width: 66rem; margin: 2rem auto; padding: 0 1rem; }
      h1 { font-size: 1.6rem; margin-bottom: 0; }
      h2 { font-size: 1.15rem; margin-top: 2rem; }
      .subtitle { opacity: .7; margin-top: .2rem; }
      .wide { overflow-x: auto; }
      table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
      th, td { padding: .25rem .8rem .25rem 0; text-align: left; border-bottom: 1px solid #8884; white-space: nowrap; }
      th { font-weight: 600; }
      .right { text-align: right; padding-left: .8rem; }
      figure { margin: 0; background: #fff; border-radius: 6px; padding: .4rem; overflow-x: auto; }
      figure svg { width: 100%; height: auto; }
      @media print { body { max-width: none; margin: 0; } }
      """;

  private HtmlPage() {}

  /** Writes a report as a page; the file is there whole or not at all. */
  public static void write(Report report, Path target) throws IOException {
    WholeFile.write(target, render(report).getBytes(StandardCharsets.UTF_8));
  }

  /** The page as text. */
  public static String render(Report report) throws IOException {
    StringBuilder out = new StringBuilder(1 << 14);
    out.append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    out.append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    out.append("<title>").append(escaped(report.title())).append("</title>\n");
    out.append("<style>\n").append(STYLE).append("</style>\n</head>\n<body>\n");
    out.append("<h1>").append(escaped(report.title())).append("</h1>\n");
    if (!report.subtitle().isEmpty()) {
      out.append("<p class=\"subtitle\">").append(escaped(report.subtitle())).append("</p>\n");
    }
    for (Report.Section section : report.sections()) {
      out.append("<section>\n<h2>").append(escaped(section.heading())).append("</h2>\n");
      switch (section) {
        case Report.Notes notes -> render(notes, out);
        case Report.Grid grid -> render(grid, out);
        case Report.TimeChart chart -> render(chart, out);
      }
      out.append("</section>\n");
    }
    return out.append("</body>\n</html>\n").toString();
  }

  private static void render(Report.Notes notes, StringBuilder out) {
    for (String line : notes.lines()) {
      out.append("<p>").append(escaped(line)).append("</p>\n");
    }
  }

  private static void render(Report.Grid grid, StringBuilder out) {
    out.append("<div class=\"wide\"><table>\n<thead><tr>");
    for (String column : grid.columns()) {
      cell(out, "th scope=\"col\"", "th", column.startsWith(">"), withoutMark(column));
    }
    out.append("</tr></thead>\n<tbody>\n");
    for (var row : grid.rows()) {
      out.append("<tr>");
      for (int i = 0; i < row.size(); i++) {
        cell(out, "td", "td", grid.columns().get(i).startsWith(">"), row.get(i));
      }
      out.append("</tr>\n");
    }
    out.append("</tbody>\n</table></div>\n");
  }

  private static String withoutMark(String column) {
    return column.startsWith(">") ? column.substring(1) : column;
  }

  private static void cell(
      StringBuilder out, String opening, String name, boolean right, String text) {
    out.append('<').append(opening);
    if (right) {
      out.append(" class=\"right\"");
    }
    out.append('>').append(escaped(text)).append("</").append(name).append('>');
  }

  private static void render(Report.TimeChart chart, StringBuilder out) throws IOException {
    ChartPicture picture = new ChartPicture(chart);
    if (picture.isEmpty()) {
      out.append("<p>Nothing to draw.</p>\n");
      return;
    }
    String svg = picture.svg();
    // Inside a page, SVG stands without the heading of a file of its own.
    int start = svg.indexOf("<svg");
    String label = chart.heading() + ", " + chart.unit() + " over time in seconds";
    out.append("<figure role=\"img\" aria-label=\"").append(escaped(label)).append("\">\n");
    out.append(svg, Math.max(0, start), svg.length()).append("\n</figure>\n");
  }

  /** Text that means nothing but itself in HTML. */
  static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
