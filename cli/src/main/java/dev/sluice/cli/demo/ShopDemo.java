package dev.sluice.cli.demo;

import dev.sluice.cli.map.MapSetting;
import dev.sluice.cli.simulation.Outcome;
import dev.sluice.cli.simulation.Setup;
import dev.sluice.cli.simulation.Simulation;
import dev.sluice.cli.simulation.TcxProgram;
import dev.sluice.datapath.Rate;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.engine.net.WireSpec;
import dev.sluice.packet.capture.CaptureReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A shop's host, in the engine: five seconds of captured traffic over an uplink of 10 Mbit/s, once
 * as it is and once with a configuration, side by side.
 */
final class ShopDemo {
  private static final String FOLDER = "/dev/sluice/cli/examples/shop/";
  private static final long UPLINK_DELAY = 5_000_000L;
  private static final String SCANNER = "192.168.1.103";
  private static final long PERCENT = 100;

  /** Who is who in the capture. */
  private static final List<Service> SERVICES =
      List.of(
          new Service("checkout", "192.168.1.100"),
          new Service("reviews", "192.168.1.101"),
          new Service("bulk", "192.168.1.102"),
          new Service("scanner", SCANNER));

  private ShopDemo() {}

  private record Service(String name, String address) {}

  /**
   * A service in both runs.
   *
   * @param name what it is called
   * @param address its address
   * @param before what became of its packets as it is
   * @param after what became of them with the configuration
   */
  record Comparison(String name, String address, Outcome.Flow before, Outcome.Flow after) {}

  /**
   * What the demo found.
   *
   * @param datapath where it ran
   * @param commands the configuration
   * @param comparisons the services side by side
   * @param before the run as it is
   * @param after the run with the configuration
   * @param checks what must be so
   * @param holds whether all of that is
   */
  record Result(
      String datapath,
      List<String> commands,
      List<Comparison> comparisons,
      Outcome before,
      Outcome after,
      List<Check> checks,
      boolean holds) {
    Result {
      commands = List.copyOf(commands);
      comparisons = List.copyOf(comparisons);
      checks = List.copyOf(checks);
    }
  }

  /** Runs both. */
  static Result run() {
    String batch = text("shop.tc");
    Outcome before = Simulation.run(setup(false, batch)).outcome();
    Outcome after = Simulation.run(setup(true, batch)).outcome();
    List<Comparison> comparisons = new ArrayList<>();
    for (Service service : SERVICES) {
      comparisons.add(
          new Comparison(
              service.name(),
              service.address(),
              flow(before, service.address()),
              flow(after, service.address())));
    }
    List<Check> checks = checks(comparisons, before, after);
    return new Result(
        "engine",
        batch.lines().filter(line -> !line.isBlank() && !line.startsWith("#")).toList(),
        comparisons,
        before,
        after,
        checks,
        checks.stream().allMatch(Check::holds));
  }

  private static Setup setup(boolean configured, String batch) {
    return new Setup(
        configured ? new Setup.Batch("shop.tc", batch, false) : null,
        List.of(),
        configured
            ? List.of(
                new TcxProgram(
                    Optional.empty(), Direction.EGRESS, Example.read("DropByAddress.java")))
            : List.of(),
        configured ? List.of(MapSetting.parse("blocked:" + SCANNER + "/32=1")) : List.of(),
        new Setup.Captured(
            "shop.pcapng.gz",
            () -> CaptureReader.open("shop.pcapng.gz", resource("shop.pcapng.gz")),
            Direction.EGRESS,
            1,
            new WireSpec(Rate.megabits(10), UPLINK_DELAY)),
        1,
        null);
  }

  private static InputStream resource(String name) {
    InputStream in = ShopDemo.class.getResourceAsStream(FOLDER + name);
    if (in == null) {
      throw new IllegalStateException("this build of sluice lacks its example shop/" + name);
    }
    return in;
  }

  private static String text(String name) {
    try (InputStream in = resource(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Outcome.Flow flow(Outcome outcome, String name) {
    return outcome.flows().stream()
        .filter(flow -> flow.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("the capture lacks " + name));
  }

  private static List<Check> checks(List<Comparison> comparisons, Outcome before, Outcome after) {
    Outcome.Flow checkout = comparisons.get(0).after();
    Outcome.Flow bulk = comparisons.get(2).after();
    Outcome.Flow scanner = comparisons.get(3).after();
    List<Check> checks = new ArrayList<>();
    checks.add(
        new Check(
            "checkout loses nothing, and 99 of 100 of its packets wait less than 10 ms",
            checkout.dropped() == 0 && checkout.waited().p99() < 10_000_000));
    checks.add(
        new Check(
            "without the configuration they wait ten times as long",
            comparisons.get(0).before().waited().p99() > 10 * checkout.waited().p99()));
    checks.add(
        new Check(
            "bulk stays below its ceiling of 4 Mbit/s",
            bulk.received().bitsPerSecond() <= 4_000_000));
    checks.add(
        new Check(
            "nothing of the scanner arrives: the program dropped all "
                + scanner.offered().packets()
                + " of its packets",
            scanner.received().packets() == 0 && scanner.offered().packets() == scanner.dropped()));
    for (Outcome outcome : List.of(before, after)) {
      long offered = outcome.flows().stream().mapToLong(flow -> flow.offered().packets()).sum();
      long arrived = outcome.flows().stream().mapToLong(flow -> flow.received().packets()).sum();
      long dropped = outcome.flows().stream().mapToLong(Outcome.Flow::dropped).sum();
      checks.add(
          new Check(
              "%,d packets offered = %,d arrived + %,d dropped"
                  .formatted(offered, arrived, dropped),
              offered == arrived + dropped && offered * PERCENT > 0));
    }
    return checks;
  }
}
