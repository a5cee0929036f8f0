package dev.sluice.observe.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws a chart as SVG or PNG, without a screen. */
final class ChartPicture {
  private static final int WIDTH = 960;
  private static final int HEIGHT = 320;

  /** Told apart with any kind of colour vision (Okabe and Ito), and by their strokes. */
  private static final List<Color> COLOURS =
      List.of(
          new Color(0x0072b2),
          new Color(0xd55e00),
          new Color(0x009e73),
          new Color(0xcc79a7),
          new Color(0xe69f00),
          new Color(0x56b4e9),
          new Color(0x000000));

  private static final List<BasicStroke> STROKES =
      List.of(
          new BasicStroke(2f),
          new BasicStroke(
              2f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1f, new float[] {8, 4}, 0),
          new BasicStroke(
              2f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1f, new float[] {2, 3}, 0));

  private static final Pattern DECIMALS = Pattern.compile("(\\d\\.\\d\\d)\\d+");

  private final XYChart chart;
  private int lines;

  ChartPicture(Report.TimeChart wish) {
    System.setProperty("java.awt.headless", "true");
    chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(wish.heading())
            .xAxisTitle("seconds")
            .yAxisTitle(wish.unit())
            .build();
    Font font = new Font(Font.SANS_SERIF, Font.PLAIN, 12);
    chart
        .getStyler()
        .setChartBackgroundColor(Color.WHITE)
        .setPlotBackgroundColor(Color.WHITE)
        .setPlotBorderVisible(false)
        .setLegendPosition(Styler.LegendPosition.OutsideE)
        .setLegendBorderColor(Color.WHITE)
        .setChartTitleVisible(false)
        .setBaseFont(font)
        .setLegendFont(font);
    chart
        .getStyler()
        .setPlotGridLinesColor(new Color(0xdddddd))
        .setAxisTitleFont(font)
        .setAxisTickLabelsFont(font)
        .setXAxisMin(0.0)
        .setYAxisMin(0.0)
        .setDecimalPattern("#,##0.##");
    for (Report.Line line : wish.lines()) {
      if (line.seconds().length == 0) {
        continue;
      }
      XYSeries series = chart.addSeries(line.name(), line.seconds(), line.values());
      series.setMarker(SeriesMarkers.NONE);
      series.setLineColor(COLOURS.get(lines % COLOURS.size()));
      series.setLineStyle(STROKES.get(lines / COLOURS.size() % STROKES.size()));
      lines++;
    }
  }

  /** Whether there is a line to draw. */
  boolean isEmpty() {
    return lines == 0;
  }

  String svg() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ChartEncoder.saveChart(chart, out, "svg");
    // A hundredth of a pixel is enough, and makes the file a third of its size.
    return DECIMALS.matcher(out.toString(StandardCharsets.UTF_8)).replaceAll("$1");
  }

  byte[] png() throws IOException {
    return ChartEncoder.getBytes(chart, "png");
  }
}
