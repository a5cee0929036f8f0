package dev.sluice.observe.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
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
  private static final double HEADROOM = 1.08;

  /** Told apart with any kind of colour vision (Okabe and Ito), and by their strokes. */
  private static final List<Color> COLOURS =
      List.of(
          new Color(0x0072b2),
          new Color(0xd55e00),
          new Color(0x009e73),
          new Color(0xcc79a7),
          new Color(0xe69f00),
          new Color(0x56b4e9),
          new Color(0x999999));

  private static final List<BasicStroke> STROKES =
      List.of(
          new BasicStroke(2f),
          new BasicStroke(
              2f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1f, new float[] {8, 4}, 0),
          new BasicStroke(
              2f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1f, new float[] {2, 3}, 0));

  private static final BasicStroke EDGE = new BasicStroke(3f);

  private static final Pattern DECIMALS = Pattern.compile("(\\d\\.\\d\\d)\\d+");

  private final XYChart chart;
  private int drawn;

  ChartPicture(Report.TimeChart wish) {
    System.setProperty("java.awt.headless", "true");
    chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(wish.heading())
            .xAxisTitle("time in seconds")
            .yAxisTitle(wish.unit())
            .build();
    Font font = new Font(Font.SANS_SERIF, Font.PLAIN, 12);
    chart
        .getStyler()
        .setChartBackgroundColor(Color.WHITE)
        .setPlotBackgroundColor(Color.WHITE)
        .setPlotBorderVisible(false)
        .setPlotContentSize(0.98)
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
        .setYAxisMin(0.0)
        .setDecimalPattern("#,##0.##");
    double end = 0;
    List<Report.Line> sums = sums(wish.areas());
    for (int i = sums.size() - 1; i >= 0; i--) {
      XYSeries series = add(sums.get(i));
      series.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Area);
      series.setFillColor(colour(i));
      series.setLineColor(colour(i));
      series.setLineStyle(EDGE);
      end = Math.max(end, last(sums.get(i)));
    }
    for (Report.Line line : wish.lines()) {
      int number = drawn;
      XYSeries series = add(line);
      series.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Line);
      series.setLineColor(sums.isEmpty() ? colour(number) : Color.BLACK);
      series.setLineStyle(
          sums.isEmpty() ? STROKES.get(number / COLOURS.size() % STROKES.size()) : STROKES.get(1));
      end = Math.max(end, last(line));
    }
    if (end > 0) {
      chart.getStyler().setXAxisMin(0.0).setXAxisMax(end);
    }
    double highest = Math.max(highest(sums), highest(wish.lines()));
    chart.getStyler().setYAxisMax(highest > 0 ? HEADROOM * highest : 1);
  }

  private static double highest(List<Report.Line> lines) {
    return lines.stream().flatMapToDouble(line -> Arrays.stream(line.values())).max().orElse(0);
  }

  private static double last(Report.Line line) {
    return line.seconds().length == 0 ? 0 : line.seconds()[line.seconds().length - 1];
  }

  private XYSeries add(Report.Line line) {
    XYSeries series = chart.addSeries(line.name(), line.seconds(), line.values());
    series.setMarker(SeriesMarkers.NONE);
    drawn++;
    return series;
  }

  /** Each area on those before it. */
  private static List<Report.Line> sums(List<Report.Line> areas) {
    List<Report.Line> sums = new ArrayList<>();
    double[] below = new double[areas.isEmpty() ? 0 : areas.getFirst().seconds().length];
    for (Report.Line area : areas) {
      double[] sum = below.clone();
      for (int i = 0; i < sum.length; i++) {
        sum[i] += area.values()[i];
      }
      if (sum.length > 0) {
        sums.add(new Report.Line(area.name(), area.seconds(), sum));
      }
      below = sum;
    }
    return sums;
  }

  /** The colours, and behind the last of them lighter ones. */
  private static Color colour(int number) {
    Color colour = COLOURS.get(number % COLOURS.size());
    if (number / COLOURS.size() % 2 == 0) {
      return colour;
    }
    return new Color(
        (colour.getRed() + 255) / 2, (colour.getGreen() + 255) / 2, (colour.getBlue() + 255) / 2);
  }

  /** Whether there is nothing to draw. */
  boolean isEmpty() {
    return drawn == 0;
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
