package dev.sluice.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The machine that results come from.
 *
 * @param processor its processors' model
 * @param processors how many processors this process may use
 * @param kernel the kernel's version
 * @param spectreV2 what the kernel does about Spectre v2, which decides what an indirect call costs
 * @param jdk the JDK's vendor and version
 * @param load how many threads wanted to run when the benchmark began, averaged over a minute:
 *     above 0 somebody else was at work, and what took long took longer
 */
public record Machine(
    String processor, int processors, String kernel, String spectreV2, String jdk, double load) {
  /** This machine. */
  public static Machine current() {
    return new Machine(
        processorModel(),
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("os.version") + " " + System.getProperty("os.arch"),
        firstLine(Path.of("/sys/devices/system/cpu/vulnerabilities/spectre_v2")),
        System.getProperty("java.vendor") + " " + Runtime.version(),
        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
  }

  private static String processorModel() {
    try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .findFirst()
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .orElse("unknown");
    } catch (IOException e) {
      return "unknown";
    }
  }

  private static String firstLine(Path file) {
    try {
      return Files.readString(file).lines().findFirst().orElse("");
    } catch (IOException e) {
      return "unknown";
    }
  }

  @Override
  public String toString() {
    return "%d × %s, Linux %s, %s, load %.1f%nSpectre v2: %s"
        .formatted(processors, processor, kernel, jdk, load, spectreV2);
  }
}
