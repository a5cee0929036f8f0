package dev.sluice.cli.features;

import dev.sluice.cli.ExitCode;
import dev.sluice.cli.Session;
import dev.sluice.cli.output.Output;
import dev.sluice.datapath.Capabilities;
import dev.sluice.datapath.Capabilities.Support;
import dev.sluice.datapath.Feature;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** {@code sluice features}. */
@Command(
    name = "features",
    description = "Say what this kernel can do. Everything is found by trying.",
    mixinStandardHelpOptions = true)
public final class FeaturesCommand implements Callable<Integer> {
  private final Session session;

  /** The command for one session. */
  public FeaturesCommand(Session session) {
    this.session = session;
  }

  /**
   * What was found for one feature.
   *
   * @param feature its name in programs: {@code tcx}
   * @param group what kind of feature it is: {@code hook}
   * @param title its name for people
   * @param support {@code yes}, {@code no} or {@code unknown}
   * @param reason what the kernel answered; null for yes
   */
  record Finding(
      String feature, String group, String title, String support, @Nullable String reason) {}

  @Override
  public Integer call() {
    Capabilities capabilities = session.datapath().capabilities();
    List<Finding> findings =
        Arrays.stream(Feature.values())
            .map(feature -> finding(feature, capabilities.of(feature)))
            .toList();
    session.output().print(findings, output -> print(findings, output));
    return ExitCode.OK;
  }

  private static Finding finding(Feature feature, Support support) {
    return switch (support) {
      case Support.Supported() -> finding(feature, "yes", null);
      case Support.Missing(String reason) -> finding(feature, "no", reason);
      case Support.Unknown(String reason) -> finding(feature, "unknown", reason);
    };
  }

  private static Finding finding(Feature feature, String support, @Nullable String reason) {
    return new Finding(
        feature.name().toLowerCase(Locale.ROOT),
        feature.group().name().toLowerCase(Locale.ROOT),
        feature.title(),
        support,
        reason);
  }

  private static void print(List<Finding> findings, Output output) {
    int width = findings.stream().mapToInt(finding -> finding.title().length()).max().orElse(0);
    String group = "";
    for (Finding finding : findings) {
      if (!finding.group().equals(group)) {
        group = finding.group();
        output.line(output.paint().bold(heading(group)));
      }
      String mark =
          switch (finding.support()) {
            case "yes" -> output.paint().good("✓");
            case "no" -> output.paint().bad("✗");
            default -> output.paint().unsure("?");
          };
      String reason =
          finding.reason() == null
              ? ""
              : " ".repeat(width - finding.title().length()) + "   " + finding.reason();
      output.line("  " + mark + " " + finding.title() + reason);
    }
  }

  private static String heading(String group) {
    return switch (group) {
      case "hook" -> "Hooks";
      case "qdisc" -> "Queueing disciplines";
      case "filter" -> "Filters";
      case "action" -> "Actions";
      case "map" -> "Maps";
      default -> "Programs";
    };
  }
}
