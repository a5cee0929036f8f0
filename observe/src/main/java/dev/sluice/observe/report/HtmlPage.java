package dev.sluice.observe.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A report as one HTML page, with its charts and style inside. */
public final class HtmlPage {
  private static final String STYLE =
      """
      :root { color-scheme: light dark; --line: #8884; --soft: #8881; --alert: #d55e00; }
      body { font: 15px/1.5 system-ui, sans-serif; max-width: 76rem; margin: 2rem auto; padding: 0 1.5rem; }
      header { border-bottom: 3px solid #0072b2; margin-bottom: 1.5rem; }
      h1 { font-size: 1.7rem; line-height: 1.2; margin: 0; }
      h2 { font-size: 1.15rem; margin: 2rem 0 .6rem; }
      .subtitle { opacity: .75; margin: .3rem 0 .8rem; }
      .figures { display: flex; flex-wrap: wrap; gap: .8rem; margin: 0; }
      .figures div { flex: 1 1 10rem; background: var(--soft); border-radius: 6px; padding: .7rem 1rem; }
      .figures dd { margin: 0; font-size: 1.5rem; font-weight: 600; line-height: 1.3; font-variant-numeric: tabular-nums; }
      .figures dd.note { font-size: .85rem; font-weight: 400; opacity: .75; }
      .figures dt { font-size: .85rem; opacity: .75; }
      ul { margin: 0; padding-left: 1.2rem; }
      .alert { border-left: 4px solid var(--alert); background: var(--soft); padding: .6rem 1rem; border-radius: 0 6px 6px 0; }
      .wide { overflow-x: auto; }
      table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .93rem; }
      th, td { padding: .25rem .7rem .25rem 0; text-align: left; border-bottom: 1px solid var(--line); white-space: nowrap; }
      th { font-weight: 600; font-size: .8rem; letter-spacing: .02em; border-bottom-width: 2px; }
      tbody tr:hover { background: var(--soft); }
      .right { text-align: right; padding-left: .7rem; }
      figure { margin: 0; background: #fff; border: 1px solid var(--line); border-radius: 6px; padding: .4rem; overflow-x: auto; }
      figure svg { width: 100%; height: auto; display: block; }
      pre { background: var(--soft); padding: .8rem 1rem; border-radius: 6px; overflow-x: auto; font-size: .85rem; }
      @media print { body { max-width: none; margin: 0; } section { break-inside: avoid; } }
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
    out.append("<header>\n<h1>").append(escaped(report.title())).append("</h1>\n");
    if (!report.subtitle().isEmpty()) {
      out.append("<p class=\"subtitle\">").append(escaped(report.subtitle())).append("</p>\n");
    }
    out.append("</header>\n");
    for (Report.Section section : report.sections()) {
      out.append("<section>\n<h2>").append(escaped(section.heading())).append("</h2>\n");
      switch (section) {
        case Report.Figures figures -> render(figures, out);
        case Report.Notes notes -> render(notes, out);
        case Report.Listing listing ->
            out.append("<pre>").append(escaped(listing.text())).append("</pre>\n");
        case Report.Grid grid -> render(grid, out);
        case Report.TimeChart chart -> render(chart, out);
      }
      out.append("</section>\n");
    }
    return out.append("</body>\n</html>\n").toString();
  }

  private static void render(Report.Figures figures, StringBuilder out) {
    out.append("<dl class=\"figures\">\n");
    for (Report.Figure figure : figures.figures()) {
      out.append("<div><dt>").append(escaped(figure.label())).append("</dt><dd>");
      out.append(escaped(figure.value())).append("</dd>");
      if (!figure.note().isEmpty()) {
        out.append("<dd class=\"note\">").append(escaped(figure.note())).append("</dd>");
      }
      out.append("</div>\n");
    }
    out.append("</dl>\n");
  }

  private static void render(Report.Notes notes, StringBuilder out) {
    boolean alert = notes.tone() == Report.Tone.WARNING;
    out.append(alert ? "<div class=\"alert\"><ul>\n" : "<div><ul>\n");
    for (String line : notes.lines()) {
      out.append("<li>").append(escaped(line)).append("</li>\n");
    }
    out.append("</ul></div>\n");
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
