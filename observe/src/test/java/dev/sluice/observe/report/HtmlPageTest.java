package dev.sluice.observe.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HtmlPageTest {
  private static final Report REPORT =
      new Report(
          "Rates & <delays>",
          "a test",
          List.of(
              new Report.Notes("Notes", List.of("1 < 2"), Report.Tone.WARNING),
              new Report.Figures("Figures", List.of(new Report.Figure("1 & 2", "<b>", ""))),
              new Report.Listing("Text", "</pre>"),
              new Report.Grid("Table", List.of("A", "B"), List.of(List.of("x\"y", "<script>"))),
              new Report.TimeChart(
                  "Rates",
                  "Mbit/s",
                  List.of(
                      new Report.Line("low", new double[] {0, 1, 2}, new double[] {1, 2, 3}),
                      new Report.Line("high", new double[] {0, 1, 2}, new double[] {1, 1, 1})),
                  List.of(
                      new Report.Line("one", new double[] {0, 1, 2}, new double[] {5, 6, 7}),
                      new Report.Line("two", new double[] {0, 1}, new double[] {0, 0})))));

  @Test
  void whatIsNoMarkupStaysText() throws IOException {
    String page = HtmlPage.render(REPORT);
    assertThat(page)
        .contains(
            "Rates &amp; &lt;delays&gt;",
            "1 &lt; 2",
            "&lt;script&gt;",
            "&lt;/pre&gt;",
            "&lt;b&gt;",
            "<svg",
            "class=\"alert\"")
        .doesNotContain("<script>");
    assertThat(HtmlPage.render(REPORT)).isEqualTo(page);
  }

  @Test
  void aPageTakesItsPlaceWhole(@TempDir Path folder) throws IOException {
    Path page = Files.writeString(folder.resolve("page.html"), "before");
    HtmlPage.write(REPORT, page);
    assertThat(page).content().endsWith("</html>\n");
    assertThat(folder.toFile().list()).containsExactly("page.html");
  }

  @Test
  void whatIsNoOrdinaryFileStays(@TempDir Path folder) throws IOException {
    Path directory = Files.createDirectory(folder.resolve("page.html"));
    assertThatThrownBy(() -> HtmlPage.write(REPORT, directory))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("not an ordinary file");
    assertThat(directory).isDirectory();

    Path page = Files.writeString(folder.resolve("real.html"), "before");
    Path link = Files.createSymbolicLink(folder.resolve("link.html"), page);
    HtmlPage.write(REPORT, link);
    assertThat(link).isSymbolicLink();
    assertThat(page).content().endsWith("</html>\n");
  }

  @Test
  void chartsBecomePictures(@TempDir Path folder) throws IOException {
    List<Path> written = ChartFiles.write(REPORT, folder.resolve("charts"));
    assertThat(written).hasSize(2);
    for (Path file : written) {
      if (file.toString().endsWith(".png")) {
        assertThat(ImageIO.read(file.toFile()).getWidth()).isGreaterThan(300);
      } else {
        assertThat(file).content().contains("<svg");
      }
    }
  }

  @Test
  void chartsWhoseNamesDifferInSignsOnlyAreFilesOfTheirOwn(@TempDir Path folder)
      throws IOException {
    List<Report.Line> line =
        List.of(new Report.Line("a", new double[] {0, 1}, new double[] {1, 2}));
    Report report =
        new Report(
            "",
            "",
            List.of(
                new Report.TimeChart("Rate, eth0.1", "bit/s", List.of(), line),
                new Report.TimeChart("Rate, eth0-1", "bit/s", line, List.of())));
    ChartFiles.write(report, folder);
    assertThat(folder.toFile().list())
        .containsExactlyInAnyOrder(
            "rate-eth0-1.svg", "rate-eth0-1.png", "rate-eth0-1-2.svg", "rate-eth0-1-2.png");
  }
}
