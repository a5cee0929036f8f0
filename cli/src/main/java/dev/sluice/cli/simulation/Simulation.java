package dev.sluice.cli.simulation;

import dev.sluice.cli.Refusal;
import dev.sluice.cli.map.MapSetting;
import dev.sluice.cli.prog.ProgramSource;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.chain.AttachOptions;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.datapath.program.LoadedObject;
import dev.sluice.engine.EngineDatapath;
import dev.sluice.engine.measure.Meter;
import dev.sluice.engine.net.DropPlace;
import dev.sluice.engine.net.FlowSource;
import dev.sluice.engine.net.Host;
import dev.sluice.engine.net.NetDevice;
import dev.sluice.engine.net.Network;
import dev.sluice.engine.net.PacketObserver;
import dev.sluice.engine.net.ReplaySource;
import dev.sluice.engine.net.TcpEndpoints;
import dev.sluice.engine.net.TcpFlow;
import dev.sluice.engine.net.Timer;
import dev.sluice.engine.net.WireSpec;
import dev.sluice.engine.program.OpenProgram;
import dev.sluice.engine.skb.SocketBuffer;
import dev.sluice.packet.capture.CaptureException;
import dev.sluice.packet.capture.CaptureReader;
import dev.sluice.policy.plan.Installation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A host whose devices are configured and sent traffic over, in the engine. Another host is at the
 * other end of each wire and takes everything.
 */
public final class Simulation implements AutoCloseable {
  private static final String FIRST_DEVICE = "eth0";
  private static final long SECOND = 1_000_000_000L;

  /** What is under way when the senders stop has so long to arrive. */
  private static final long LAST_PACKETS = 60 * SECOND;

  private static final long NEVER = -1;
  private static final int LONGEST_NAME = 15;

  /** A capture's own header is so long at least. */
  private static final int LEAST_HEADER = 24;

  private static final long SEND_BUFFER = 212_992;
  private static final long INTERVAL = SECOND / 100;
  private static final Pattern DEVICE = Pattern.compile("\\bdev\\s+(\\S+)");

  private final Setup setup;
  private final Network network;
  private final Host host;
  private final Host peer;
  private final EngineDatapath datapath;
  private final Meter meter;
  private final FlowNames flowNames = new FlowNames();
  private final List<String> warnings = new ArrayList<>();
  private @Nullable Installation installation;
  private final List<LoadedObject> loaded = new ArrayList<>();
  private final List<AttachedProgram> attached = new ArrayList<>();
  private final List<String> plannedNames = new ArrayList<>(List.of("others"));
  private @Nullable CaptureReader capture;
  private @Nullable PacketFile file;
  private final Map<NetDevice, Map<Handle, Long>> sentInTime = new HashMap<>();
  private long ended = NEVER;

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
    return run(setup, _ -> {});
  }

  /**
   * The same.
   *
   * @param then is given what was found before the file of packets is put in its place, which does
   *     not happen if it fails
   */
  static Findings run(Setup setup, Consumer<Findings> then) {
    try (Simulation simulation = new Simulation(setup)) {
      Findings findings = simulation.run();
      then.accept(findings);
      simulation.keepFile();
      return findings;
    } catch (CaptureException e) {
      boolean inHeader = e.packets() == 0 && e.offset() < LEAST_HEADER;
      String place = (inHeader ? "" : "packet " + (e.packets() + 1) + ", ") + "byte " + e.offset();
      throw new InvalidInput(e.file(), 0, 0, place + ": " + e.problem());
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
    network.observe(new EndlessRuns());
    if (setup.written() != null) {
      file = new PacketFile(setup.written(), host);
      network.observe(file);
    }
    Long end = startTraffic();
    // Behind the senders' own receivers: whatever else arrives is taken.
    host.addReceiver((_, _, _) -> true);
    peer.addReceiver((_, _, _) -> true);
    if (end != null) {
      endSending(end);
    }
    long delay = wire().delayNanoseconds();
    network.runToEnd(() -> ended == NEVER ? Long.MAX_VALUE : later(ended, delay + LAST_PACKETS));
    if (ended == NEVER) {
      warnings.add("the capture was not sent whole: its sender waits for room in its send buffer");
      endSending(network.timeline().nanoseconds());
      network.runToEnd(later(ended, delay));
    }
    network.faults().forEach(fault -> warnings.add("a program faulted: " + fault));
    return new Findings(
        setup.seed(),
        ended,
        datapath,
        host,
        meter,
        sentInTime,
        setup.traffic() instanceof Setup.Captured ? flowNames.names() : plannedNames,
        attached,
        installation,
        installation == null ? Map.of() : installation.counts(),
        warnings);
  }

  private void keepFile() {
    if (file != null) {
      file.finish();
    }
  }

  /** The senders end at a time: rates are told up to then, or a wire's delay later. */
  private void endSending(long at) {
    ended = at;
    whenItIs(at, this::closeRates);
    whenItIs(later(at, wire().delayNanoseconds()), meter::closeArrivalRates);
  }

  /** Captures may reach to the end of time, 292 years. */
  private static long later(long at, long by) {
    return at > Long.MAX_VALUE - by ? Long.MAX_VALUE : at + by;
  }

  private void whenItIs(long at, Runnable then) {
    network
        .timeline()
        .set(
            new Timer() {
              @Override
              protected void fire(long now) {
                then.run();
              }
            },
            at);
  }

  private void closeRates() {
    meter.closeRates();
    for (NetDevice device : host.devices()) {
      Map<Handle, Long> bytes = new HashMap<>();
      datapath
          .trafficControl()
          .classes(device.device())
          .forEach(entry -> bytes.put(entry.id(), entry.statistics().bytes()));
      sentInTime.put(device, bytes);
    }
  }

  private WireSpec wire() {
    return switch (setup.traffic()) {
      case Setup.Described(TrafficPlan plan) -> plan.wire();
      case Setup.Captured captured -> captured.wire();
    };
  }

  private void buildDevices() {
    WireSpec wire = wire();
    for (String name : deviceNames()) {
      if (name.startsWith("ifb")) {
        network.addIntermediate(host, name);
      } else {
        network.connect(host, name, peer, peerOf(name), wire);
      }
    }
  }

  /** What the device at the other end of a wire is called, so that drops there are told apart. */
  private static String peerOf(String name) {
    return name + "@peer";
  }

  /** The devices that anything names, the first of them first. */
  private SequencedSet<String> deviceNames() {
    SequencedSet<String> names = new LinkedHashSet<>();
    Setup.Batch batch = setup.commands();
    if (batch != null) {
      int number = 0;
      for (String line : batch.text().lines().toList()) {
        number++;
        Matcher matcher = DEVICE.matcher(line.replaceFirst("#.*", ""));
        while (matcher.find()) {
          requireName(matcher.group(1), batch.name(), number);
          names.add(matcher.group(1));
        }
      }
    }
    names.addAll(Installation.deviceNames(setup.policies()));
    setup.programs().forEach(program -> program.device().ifPresent(names::add));
    if (setup.traffic() instanceof Setup.Described(TrafficPlan plan)) {
      plan.flows().forEach(flow -> flow.device().ifPresent(names::add));
    }
    if (names.stream().allMatch(name -> name.startsWith("ifb"))) {
      names.addFirst(FIRST_DEVICE);
    }
    names.forEach(name -> requireName(name, "command line", 0));
    return names;
  }

  private static void requireName(String name, String source, int line) {
    if (name.length() > LONGEST_NAME) {
      throw new InvalidInput(
          source, line, 0, "a device's name has at most 15 characters, found " + name);
    }
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

  private void configure() {
    if (setup.commands() != null) {
      warnings.addAll(TcBatch.run(setup.commands(), datapath));
    }
    if (!setup.policies().isEmpty()) {
      installation = Installation.install(datapath, setup.policies(), ProgramSource::read);
      warnings.addAll(installation.warnings());
      installation
          .attached()
          .forEach(
              one -> attached.add(new AttachedProgram(one.at(), OpenProgram.of(one.program()))));
    }
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
   * @return when they stop; null if nobody knows yet
   */
  private @Nullable Long startTraffic() throws IOException {
    switch (setup.traffic()) {
      case Setup.Described(TrafficPlan plan) -> {
        plan.flows().forEach(flow -> plannedNames.add(flow.name()));
        int tag = 0;
        for (FlowPlan flow : plan.flows()) {
          tag++;
          start(flow, tag);
        }
        return plan.duration();
      }
      case Setup.Captured captured -> {
        replay(captured);
        return null;
      }
    }
  }

  private void start(FlowPlan flow, int tag) {
    NetDevice near = device(flow.device());
    NetDevice far = peer.find(peerOf(near.name()));
    if (far == null) {
      throw new NotFound("wire of device", near.name());
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
                      tag,
                      acknowledgements(flow)),
                  transfer.segment(),
                  transfer.burst(),
                  transfer.sendBuffer(),
                  transfer.bytes(),
                  transfer.stop())
              .start(transfer.start());
    }
  }

  /** The number of the flow of a transfer's acknowledgements. */
  private int acknowledgements(FlowPlan flow) {
    plannedNames.add(flow.name() + ", acks");
    return plannedNames.size() - 1;
  }

  private void replay(Setup.Captured captured) throws IOException {
    CaptureReader reader = captured.capture().open();
    capture = reader;
    NetDevice near = device(Optional.empty());
    NetDevice far = peer.find(peerOf(near.name()));
    NetDevice from = captured.direction() == Direction.EGRESS || far == null ? near : far;
    ReplaySource source =
        new ReplaySource(
            from,
            reader,
            captured.speed(),
            SEND_BUFFER,
            flowNames::tagOf,
            () -> endSending(network.timeline().nanoseconds()));
    source.start(0);
    if (source.firstTimestamp() < 0) {
      throw new InvalidInput(captured.name(), 0, 0, "the capture holds no packets to send");
    }
    if (file != null) {
      file.setEpoch(Math.max(0, source.firstTimestamp()));
    }
  }

  /** A program without end would hold up the kernel, and each packet holds up the simulation. */
  private final class EndlessRuns implements PacketObserver {
    @Override
    public void dropped(NetDevice device, SocketBuffer packet, DropPlace place, long now) {
      if (place.cause() == DropPlace.Cause.FAULT && place.culprit().contains("without end")) {
        throw new Refusal(network.faults().getLast());
      }
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
    if (installation != null) {
      installation.close();
    }
  }
}
