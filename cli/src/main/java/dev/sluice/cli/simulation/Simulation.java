package dev.sluice.cli.simulation;

import dev.sluice.cli.map.MapSetting;
import dev.sluice.cli.tc.TcCommand;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.chain.AttachOptions;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.datapath.program.LoadedObject;
import dev.sluice.engine.EngineDatapath;
import dev.sluice.engine.measure.Meter;
import dev.sluice.engine.net.FlowSource;
import dev.sluice.engine.net.Host;
import dev.sluice.engine.net.NetDevice;
import dev.sluice.engine.net.Network;
import dev.sluice.engine.net.ReplaySource;
import dev.sluice.engine.net.TcpEndpoints;
import dev.sluice.engine.net.TcpFlow;
import dev.sluice.engine.net.WireSpec;
import dev.sluice.engine.program.OpenProgram;
import dev.sluice.packet.capture.CaptureException;
import dev.sluice.packet.capture.CaptureReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A host whose devices are configured and sent traffic over, in the engine. Another host is at the
 * other end of each wire and takes everything.
 */
public final class Simulation implements AutoCloseable {
  private static final Pattern PLACE_IN_BATCH = Pattern.compile("(Command failed |\\()-:(\\d+)");

  private static final String FIRST_DEVICE = "eth0";
  private static final long SECOND = 1_000_000_000L;

  /** What is under way when the senders stop has so long to arrive. */
  private static final long LAST_PACKETS = 60 * SECOND;

  private static final long SEND_BUFFER = 212_992;
  private static final long INTERVAL = SECOND / 100;
  private static final Pattern DEVICE = Pattern.compile("\\bdev\\s+(\\S+)");

  private final Setup setup;
  private final Network network;
  private final Host host;
  private final Host peer;
  private final Datapath datapath;
  private final Meter meter;
  private final FlowNames flowNames = new FlowNames();
  private final List<String> warnings = new ArrayList<>();
  private final List<LoadedObject> loaded = new ArrayList<>();
  private final List<AttachedProgram> attached = new ArrayList<>();
  private final List<String> plannedNames = new ArrayList<>(List.of("others"));
  private @Nullable CaptureReader capture;
  private @Nullable PacketFile file;

  private Simulation(Setup setup) {
    this.setup = setup;
    network = new Network(setup.seed());
    host = network.addHost("host");
    peer = network.addHost("peer");
    datapath = EngineDatapath.open(host);
    meter = new Meter(host, 0, INTERVAL);
  }

  /**
   * Runs a simulation.
   *
   * @throws InvalidInput if the commands, the traffic or the capture cannot be understood
   */
  public static Findings run(Setup setup) {
    try (Simulation simulation = new Simulation(setup)) {
      return simulation.run();
    } catch (CaptureException e) {
      throw new InvalidInput("byte %d of %s".formatted(e.offset(), e.file()), 0, 0, e.problem());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Findings run() throws IOException {
    buildDevices();
    configure();
    for (TcxProgram program : setup.programs()) {
      attach(program);
    }
    requireMaps();
    network.observe(meter);
    if (setup.written() != null) {
      file = new PacketFile(setup.written(), host);
      network.observe(file);
    }
    long end = startTraffic();
    // Behind the senders' own receivers: whatever else arrives is taken.
    host.addReceiver((_, _, _) -> true);
    peer.addReceiver((_, _, _) -> true);
    long last = network.runToEnd(end == Long.MAX_VALUE ? end : end + LAST_PACKETS);
    if (file != null) {
      file.finish();
    }
    network.faults().forEach(fault -> warnings.add("a program faulted: " + fault));
    return new Findings(
        setup.seed(),
        Math.max(1, end == Long.MAX_VALUE ? lastOffer(last) : end),
        datapath,
        host,
        meter,
        setup.traffic() instanceof Setup.Captured ? flowNames.names() : plannedNames,
        attached,
        warnings);
  }

  /** Rates of a capture are told over the time that it was sent in, not until all has arrived. */
  private long lastOffer(long otherwise) {
    long last = 0;
    for (int tag = 0; tag < flowNames.names().size(); tag++) {
      last = Math.max(last, meter.flow(tag).offered().last());
    }
    return last == 0 ? otherwise : last;
  }

  private void buildDevices() {
    WireSpec wire =
        switch (setup.traffic()) {
          case Setup.Described(TrafficPlan plan) -> plan.wire();
          case Setup.Captured captured -> captured.wire();
        };
    for (String name : deviceNames()) {
      if (name.startsWith("ifb")) {
        network.addIntermediate(host, name);
      } else {
        network.connect(host, name, peer, name, wire);
      }
    }
  }

  /** The devices that anything names, the first of them first. */
  private SequencedSet<String> deviceNames() {
    SequencedSet<String> names = new LinkedHashSet<>();
    if (setup.commands() != null) {
      for (String line : setup.commands().text().lines().toList()) {
        Matcher matcher = DEVICE.matcher(line.replaceFirst("#.*", ""));
        while (matcher.find()) {
          names.add(matcher.group(1));
        }
      }
    }
    setup.programs().forEach(program -> program.device().ifPresent(names::add));
    if (setup.traffic() instanceof Setup.Described(TrafficPlan plan)) {
      plan.flows().forEach(flow -> flow.device().ifPresent(names::add));
    }
    if (names.stream().allMatch(name -> name.startsWith("ifb"))) {
      names.addFirst(FIRST_DEVICE);
    }
    for (String name : names) {
      if (name.length() > 15) {
        throw new InvalidInput("device " + name, 0, 0, "a device's name has at most 15 characters");
      }
    }
    return names;
  }

  private NetDevice device(Optional<String> name) {
    if (name.isEmpty()) {
      return host.devices().stream()
          .filter(device -> !device.name().startsWith("ifb"))
          .findFirst()
          .orElseThrow();
    }
    NetDevice found = host.find(name.get());
    if (found == null) {
      throw new NotFound("device", name.get());
    }
    return found;
  }

  /** Runs the batch through the same code as {@code sluice tc -batch}. */
  private void configure() {
    Setup.Batch batch = setup.commands();
    if (batch == null) {
      return;
    }
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    int code;
    try (PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8)) {
      code =
          TcCommand.run(
              new String[] {"-batch", "-"},
              _ -> datapath,
              new ByteArrayInputStream(batch.text().getBytes(StandardCharsets.UTF_8)),
              out,
              out);
    }
    String text = named(said.toString(StandardCharsets.UTF_8).strip(), batch.name());
    if (code != 0) {
      throw new InvalidInput(batch.name(), 0, 0, text);
    }
    text.lines().filter(line -> !line.isBlank()).forEach(warnings::add);
  }

  /** A batch from standard input has no name; its file's stands for it. */
  private static String named(String text, String name) {
    return PLACE_IN_BATCH.matcher(text).replaceAll("$1" + Matcher.quoteReplacement(name) + ":$2");
  }

  private void attach(TcxProgram wish) {
    Device device = device(wish.device()).device();
    LoadedObject object = datapath.programs().load(wish.object());
    loaded.add(object);
    setup.settings().stream()
        .filter(setting -> object.maps().containsKey(setting.map()))
        .forEach(setting -> setting.putInto(object.maps(), datapath.maps()));
    AttachPoint at = new AttachPoint.Tcx(device, wish.direction());
    var program = object.programs().values().iterator().next();
    datapath.chain(at).attachProgram(program, AttachOptions.DEFAULT);
    attached.add(new AttachedProgram(at, OpenProgram.of(program)));
  }

  /** A setting for a map that no program has is a mistake, and not one to keep quiet about. */
  private void requireMaps() {
    for (MapSetting setting : setup.settings()) {
      if (loaded.stream().noneMatch(object -> object.maps().containsKey(setting.map()))) {
        throw new NotFound("map", setting.map());
      }
    }
  }

  /**
   * Starts all senders.
   *
   * @return when they stop at the latest; {@link Long#MAX_VALUE} if nobody knows
   */
  private long startTraffic() throws IOException {
    switch (setup.traffic()) {
      case Setup.Described(TrafficPlan plan) -> {
        int tag = 0;
        for (FlowPlan flow : plan.flows()) {
          tag++;
          plannedNames.add(flow.name());
          start(flow, tag);
        }
        return plan.duration();
      }
      case Setup.Captured captured -> {
        replay(captured);
        return Long.MAX_VALUE;
      }
    }
  }

  private void start(FlowPlan flow, int tag) {
    NetDevice near = device(flow.device());
    NetDevice far = peer.find(near.name());
    if (far == null) {
      throw new InvalidInput("flow " + flow.name(), 0, 0, near.name() + " has no wire");
    }
    boolean out = flow.direction() == Direction.EGRESS;
    switch (flow) {
      case FlowPlan.Stream stream ->
          new FlowSource(
                  out ? near : far,
                  stream.frame(),
                  stream.pacing(),
                  stream.sendBuffer(),
                  stream.packets(),
                  stream.stop(),
                  setup.seed() * 31 + tag)
              .start(stream.start());
      case FlowPlan.Transfer transfer ->
          new TcpFlow(
                  new TcpEndpoints(
                      out ? near : far,
                      out ? far : near,
                      transfer.source(),
                      transfer.destination(),
                      transfer.sourcePort(),
                      transfer.destinationPort(),
                      0,
                      transfer.priority(),
                      transfer.mark(),
                      tag),
                  transfer.segment(),
                  transfer.burst(),
                  transfer.sendBuffer(),
                  transfer.bytes(),
                  transfer.stop())
              .start(transfer.start());
    }
  }

  private void replay(Setup.Captured captured) throws IOException {
    CaptureReader reader = captured.capture().open();
    capture = reader;
    NetDevice near = device(Optional.empty());
    NetDevice far = peer.find(near.name());
    NetDevice from = captured.direction() == Direction.EGRESS || far == null ? near : far;
    ReplaySource source =
        new ReplaySource(from, reader, captured.speed(), SEND_BUFFER, flowNames::tagOf);
    source.start(0);
    if (file != null) {
      file.setEpoch(Math.max(0, source.firstTimestamp()));
    }
  }

  @Override
  public void close() throws IOException {
    if (capture != null) {
      capture.close();
    }
    if (file != null) {
      file.close();
    }
    loaded.forEach(LoadedObject::close);
  }
}
