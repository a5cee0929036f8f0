package dev.sluice.observe.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Each chart of a report as a picture: one PNG and one SVG file. */
public final class ChartFiles {
  private ChartFiles() {}

  /**
   * Writes the pictures into a folder, which is made if need be.
   *
   * @return the files, in the order of the charts
   */
  public static List<Path> write(Report report, Path folder) throws IOException {
    Files.createDirectories(folder);
    List<Path> files = new ArrayList<>();
    Map<String, Integer> names = new HashMap<>();
    for (Report.Section section : report.sections()) {
      if (section instanceof Report.TimeChart chart) {
        ChartPicture picture = new ChartPicture(chart);
        if (!picture.isEmpty()) {
          String name = chart.heading().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
          int same = names.merge(name, 1, Integer::sum);
          name += same == 1 ? "" : "-" + same;
          Path svg = folder.resolve(name + ".svg");
          Path png = folder.resolve(name + ".png");
          WholeFile.write(svg, picture.svg().getBytes(StandardCharsets.UTF_8));
          WholeFile.write(png, picture.png());
          files.add(svg);
          files.add(png);
        }
      }
    }
    return files;
  }
}
