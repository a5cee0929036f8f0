package dev.sluice.cli.simulation;

import dev.sluice.cli.output.Numbers;
import dev.sluice.cli.prog.DescribedPacket;
import dev.sluice.cli.tc.Units;
import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.Rate;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.engine.net.FlowFrame;
import dev.sluice.engine.net.FlowPacing;
import dev.sluice.engine.net.WireSpec;
import dev.sluice.policy.document.Section;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads a file that describes traffic; {@code docs/try.md} shows one. */
final class TrafficFile {
  private static final double NANOSECONDS = 1e9;
  private static final long MOST_PER_SECOND = 100_000_000;
  private static final double SHORTEST_INTERVAL = NANOSECONDS / MOST_PER_SECOND;
  private static final long DEFAULT_SEND_BUFFER = 212_992;
  private static final int DEFAULT_SEGMENT = 1448;
  private static final int MOST_FLOWS = 100_000;

  private static final Pattern ENDS =
      Pattern.compile("(\\S+):(\\d{1,5})\\s*>\\s*(\\S+):(\\d{1,5})");

  private static final Pattern TIME =
      Pattern.compile("(\\d{1,15}(?:\\.\\d{1,9})?)(us|usecs?|ms|msecs?|s|secs?|m|min|h)");

  private static final double LONGEST_TIME = 366 * 24 * 3600 * NANOSECONDS;

  private TrafficFile() {}

  /** Reads a file. */
  static TrafficPlan read(Path file) {
    return of(Section.read(file));
  }

  static TrafficPlan of(Section root) {
    long duration = time(root, "duration").orElse((long) (10 * NANOSECONDS));
    if (duration == 0) {
      throw root.invalid("duration", "expected more than no time");
    }
    WireSpec wire = root.section("wire").map(TrafficFile::wire).orElse(WireSpec.VETH);
    List<Section> sections = root.sections("flows");
    root.rejectUnknown();
    if (sections.isEmpty()) {
      throw root.invalid("flows", "expected a list of at least one flow");
    }
    if (sections.size() > MOST_FLOWS) {
      throw root.invalid("flows", "expected at most " + MOST_FLOWS + " flows");
    }
    List<FlowPlan> flows = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (int i = 0; i < sections.size(); i++) {
      Section section = sections.get(i);
      FlowPlan flow = flow(section, i, duration);
      if (!names.add(flow.name())) {
        throw section.invalid("name", "there is a flow \"" + flow.name() + "\" already");
      }
      flows.add(flow);
    }
    return new TrafficPlan(duration, wire, flows);
  }

  private static WireSpec wire(Section section) {
    Optional<Rate> rate = rate(section, "rate");
    long delay = time(section, "delay").orElse(0L);
    section.rejectUnknown();
    return new WireSpec(rate.orElse(null), delay);
  }

  private static FlowPlan flow(Section section, int index, long duration) {
    Heading heading =
        new Heading(
            section
                .value("name", TrafficFile::name, "a name of 1 to 80 printable characters")
                .orElse("flow " + (index + 1)),
            section.value("device", TrafficFile::device, "a device with a wire, such as eth0"),
            section
                .value("direction", TrafficFile::direction, "out or in")
                .orElse(Direction.EGRESS),
            time(section, "start").orElse(0L),
            time(section, "stop").orElse(duration));
    if (heading.stop() <= heading.start()) {
      throw section.has("stop")
          ? section.invalid("stop", "expected a time behind the flow's start")
          : section.invalid("start", "expected a time before the end, " + Numbers.time(duration));
    }
    boolean packets = section.has("packet");
    if (packets == section.has("transfer")) {
      throw section.invalid(
          "expected either packet: or transfer:, and found " + (packets ? "both" : "neither"));
    }
    if (heading.stop() > duration) {
      throw section.invalid(
          "stop", "expected a time up to the duration, " + Numbers.time(duration));
    }
    FlowPlan plan = packets ? stream(section, heading, index + 1) : transfer(section, heading);
    section.rejectUnknown();
    return plan;
  }

  private record Heading(
      String name, Optional<String> device, Direction direction, long start, long stop) {}

  private static FlowPlan.Stream stream(Section section, Heading heading, int tag) {
    byte[] bytes =
        section
            .text("packet")
            .map(
                text -> {
                  try {
                    return DescribedPacket.parse(text);
                  } catch (InvalidInput e) {
                    throw section.invalid("packet", e.problem());
                  }
                })
            .orElseThrow();
    int length =
        section.number("length", bytes.length, 65_535).orElse((long) bytes.length).intValue();
    FlowFrame frame =
        FlowFrame.of(bytes, length)
            .segmented(section.number("segment", 0, 65_535).orElse(0L).intValue())
            .withPriority(priority(section))
            .withMark(mark(section))
            .tagged(tag);
    Optional<Rate> rate = rate(section, "rate");
    Optional<Long> perSecond = section.number("pps", 1, MOST_PER_SECOND);
    if (rate.isPresent() == perSecond.isPresent()) {
      throw section.invalid(
          "expected either rate: or pps:, and found " + (rate.isPresent() ? "both" : "neither"));
    }
    double interval =
        rate.isPresent()
            ? length * NANOSECONDS / rate.get().bytesPerSecond()
            : NANOSECONDS / perSecond.orElseThrow();
    if (interval < SHORTEST_INTERVAL) {
      throw section.invalid(
          "rate",
          "expected at most %s of these packets, %s a second"
              .formatted(
                  Numbers.wholeRate((long) (8 * length * NANOSECONDS / SHORTEST_INTERVAL)),
                  Numbers.count(MOST_PER_SECOND)));
    }
    return new FlowPlan.Stream(
        heading.name(),
        heading.device(),
        heading.direction(),
        heading.start(),
        heading.stop(),
        frame,
        pacing(section, interval),
        sendBuffer(section, 0),
        section.number("count", 1, Long.MAX_VALUE).orElse(Long.MAX_VALUE));
  }

  private static FlowPacing pacing(Section section, double interval) {
    String pattern =
        section
            .value(
                "pattern",
                text -> Set.of("constant", "poisson", "on-off").contains(text) ? text : null,
                "constant, poisson or on-off")
            .orElse("constant");
    return switch (pattern) {
      case "poisson" -> new FlowPacing.Poisson(interval);
      case "on-off" ->
          new FlowPacing.OnOff(
              interval,
              time(section, "on")
                  .filter(on -> on > 0)
                  .orElseThrow(() -> section.invalid("on", "expected how long a burst is")),
              time(section, "off")
                  .orElseThrow(() -> section.invalid("off", "expected how long a pause is")));
      default -> new FlowPacing.Constant(interval);
    };
  }

  private static FlowPlan.Transfer transfer(Section section, Heading heading) {
    String text = section.text("transfer").orElseThrow();
    Matcher ends = ENDS.matcher(text.strip());
    if (!ends.matches()) {
      throw section.invalid(
          "transfer", "expected ADDRESS:PORT > ADDRESS:PORT, found \"" + text + "\"");
    }
    int segment = section.number("segment", 1, 65_495).orElse((long) DEFAULT_SEGMENT).intValue();
    int burst = section.number("burst", 1, 65_495 / segment).orElse(1L).intValue();
    return new FlowPlan.Transfer(
        heading.name(),
        heading.device(),
        heading.direction(),
        heading.start(),
        heading.stop(),
        address(section, ends.group(1)),
        port(section, ends.group(2)),
        address(section, ends.group(3)),
        port(section, ends.group(4)),
        section.value("bytes", TrafficFile::size, "a size such as 10mb").orElse(Long.MAX_VALUE),
        segment,
        burst,
        sendBuffer(section, DEFAULT_SEND_BUFFER),
        priority(section),
        mark(section));
  }

  private static int priority(Section section) {
    return section
        .value("priority", TrafficFile::priority, "a number, or a class such as 1:10")
        .orElse(0);
  }

  private static int mark(Section section) {
    return section.number("mark", 0, 0xffff_ffffL).orElse(0L).intValue();
  }

  private static long sendBuffer(Section section, long otherwise) {
    return section
        .value("send-buffer", TrafficFile::size, "a size such as 200kb")
        .orElse(otherwise);
  }

  private static Optional<Rate> rate(Section section, String key) {
    return section.value(
        key,
        word -> {
          Rate rate = Units.rate(word);
          return rate == null || rate.bytesPerSecond() == 0 ? null : rate;
        },
        "a rate such as 8mbit, of at least 8bit");
  }

  private static Optional<Long> time(Section section, String key) {
    return section.value(
        key,
        TrafficFile::nanoseconds,
        "a time with its unit, such as 20ms, 5s, 10m or 1h, up to a year");
  }

  /** tc's own times end after 71 minutes, and without a unit they are microseconds. */
  static @Nullable Long nanoseconds(String word) {
    if (word.equals("0")) {
      return 0L;
    }
    Matcher time = TIME.matcher(word);
    if (!time.matches()) {
      return null;
    }
    double unit =
        switch (time.group(2)) {
          case "us", "usec", "usecs" -> 1e3;
          case "ms", "msec", "msecs" -> 1e6;
          case "m", "min" -> 60e9;
          case "h" -> 3600e9;
          default -> NANOSECONDS;
        };
    double nanoseconds = Double.parseDouble(time.group(1)) * unit;
    return nanoseconds <= LONGEST_TIME ? Math.round(nanoseconds) : null;
  }

  private static @Nullable Long size(String word) {
    long size = Units.size(word);
    return size < 0 ? null : size;
  }

  private static @Nullable String name(String word) {
    boolean printable = word.codePoints().noneMatch(Character::isISOControl);
    return printable && !word.isBlank() && word.length() <= 80 ? word : null;
  }

  /** What comes to an {@code ifb} device is redirected there. */
  private static @Nullable String device(String word) {
    return word.matches("[^\\s/:]{1,15}") && !word.startsWith("ifb") ? word : null;
  }

  private static @Nullable Direction direction(String word) {
    return switch (word) {
      case "out" -> Direction.EGRESS;
      case "in" -> Direction.INGRESS;
      default -> null;
    };
  }

  private static @Nullable Integer priority(String word) {
    int colon = word.indexOf(':');
    try {
      if (colon < 0) {
        return Integer.parseUnsignedInt(word);
      }
      int major = Integer.parseInt(word.substring(0, colon), 16);
      int minor = Integer.parseInt(word.substring(colon + 1), 16);
      return ((major | minor) & ~0xffff) == 0 ? major << 16 | minor : null;
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static int address(Section section, String text) {
    String[] parts = text.split("\\.", -1);
    int address = 0;
    try {
      for (String part : parts) {
        int number = Integer.parseInt(part);
        if (parts.length != 4 || number < 0 || number > 255) {
          throw new NumberFormatException(part);
        }
        address = address << 8 | number;
      }
      return address;
    } catch (NumberFormatException e) {
      throw section.invalid("transfer", "expected an IPv4 address, found \"" + text + "\"");
    }
  }

  private static int port(Section section, String text) {
    int port = Integer.parseInt(text);
    if (port > 0xffff) {
      throw section.invalid("transfer", "expected a port from 0 to 65535, found " + text);
    }
    return port;
  }
}
