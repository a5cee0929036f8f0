package dev.sluice.cli.demo;

import dev.sluice.bpf.ObjectSpec;
import dev.sluice.compiler.ProgramCompiler;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.Rate;
import dev.sluice.datapath.chain.AttachMode;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Chain;
import dev.sluice.datapath.chain.ChainState;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.datapath.chain.Link;
import dev.sluice.datapath.program.BpfMap;
import dev.sluice.datapath.program.Codec;
import dev.sluice.datapath.program.LoadedObject;
import dev.sluice.datapath.program.Program;
import dev.sluice.datapath.tc.Statistics;
import dev.sluice.programs.ClassMarker;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A TCX chain in front of an HTB: count, drop by address, set the class. The classes get their
 * packets from a program, without any filter.
 */
final class ChainScenario {
  static final String TITLE = "TCX on egress: count, drop by address, set class; then HTB";

  private static final Rate EIGHT = Rate.megabits(8);
  private static final Rate TWO = Rate.megabits(2);

  private static final Flow CHOSEN = Flow.udp("chosen", Lab.OTHER, 5001);
  private static final Flow OTHER = Flow.udp("other", Lab.OTHER, 5002);
  private static final Flow BLOCKED = Flow.udp("blocked", Lab.THIRD, 5003, TWO);

  private static final Trial TRIAL =
      new Trial(
          "UDP: ports %d and %d overloaded, %s offers 2 Mbit/s"
              .formatted(CHOSEN.port(), OTHER.port(), Lab.THIRD),
          List.of(CHOSEN, OTHER, BLOCKED),
          List.of(
              Expectation.of(Counter.ofClass(1, 0x10), CHOSEN, EIGHT),
              Expectation.of(Counter.ofClass(1, 0x12), OTHER, TWO)));

  private static final Scenario SCENARIO =
      new Scenario(
          TITLE,
          // The second set-up's tree: a program takes the place of its filter.
          Article.borrowing().commands().stream()
              .filter(command -> !command.line().startsWith("tc filter"))
              .toList(),
          List.of(TRIAL));

  private final Lab lab;
  private final Demo demo;
  private final Report report;

  ChainScenario(Lab lab, Demo demo, Report report) {
    this.lab = lab;
    this.demo = demo;
    this.report = report;
  }

  /**
   * Builds the chain, sends, compares and removes it.
   *
   * @param loaded hears what was loaded, before anything can go wrong with it
   */
  ChainFinding run(Consumer<Removal.Footprint> loaded) {
    demo.configure(SCENARIO);
    Chain chain =
        lab.datapath().chain(new AttachPoint.Tcx(lab.device(), Direction.EGRESS), AttachMode.TCX);
    try (Attached attached = new Attached()) {
      LoadedObject count = attached.load(Example.read("Count.java"));
      LoadedObject drop = attached.load(Example.read("DropByAddress.java"));
      LoadedObject setClass =
          attached.load(
              ProgramCompiler.compile(ProgramCompiler.programsOf(ClassMarker.class).getFirst())
                  .object());
      block(drop.map("blocked"), Lab.THIRD);
      choose(setClass.map("class_by_port"), CHOSEN.port(), Handle.of(1, 0x10));

      List<ChainFinding.Entry> entries =
          List.of(
              attached.attach(chain, count, "counts, and goes on"),
              attached.attach(chain, drop, "drops what " + Lab.THIRD + " sends; or goes on"),
              attached.attach(
                  chain, setClass, "puts port " + CHOSEN.port() + " into 1:10, and goes on"));
      loaded.accept(attached.footprint());
      report.attached(entries);

      Counts before = counts(count, drop);
      report.sending(TRIAL.title());
      Interval interval = demo.measure(TRIAL.flows());
      List<Finding> findings = Finding.of(SCENARIO, TRIAL, interval);
      report.findings(findings);

      List<Check> checks = new ArrayList<>();
      checks.add(order(chain.query(), entries));
      checks.addAll(compare(counts(count, drop).minus(before), interval));
      attached.detach();
      checks.add(
          new Check("links closed: the chain is empty again", chain.query().entries().isEmpty()));
      report.checked(checks);
      demo.remove();
      return new ChainFinding(entries, findings, checks);
    }
  }

  private static Check order(ChainState state, List<ChainFinding.Entry> entries) {
    List<Integer> expected = entries.stream().map(ChainFinding.Entry::programId).toList();
    List<Integer> found = state.entries().stream().map(entry -> entry.programId()).toList();
    return new Check(
        "the kernel lists programs %s, revision %d".formatted(found, state.revision()),
        found.equals(expected));
  }

  /** Has a program drop what an address sends. The key is a prefix length and the address. */
  private static void block(BpfMap blocked, String address) {
    ByteBuffer key = ByteBuffer.allocate(2 * Integer.BYTES).order(ByteOrder.nativeOrder());
    key.putInt(Integer.SIZE).put(Lab.address(address).getAddress());
    blocked.update(key.array(), Codec.U32.toBytes(1));
  }

  /** Has a program put what goes to a port into a class. */
  private static void choose(BpfMap classes, int port, Handle id) {
    classes.update(Codec.U32.toBytes(port), Codec.U32.toBytes(id.value()));
  }

  /**
   * What three counters say at one moment.
   *
   * @param counted what the first program saw
   * @param dropped what the second one dropped
   * @param left what the kernel says left by the qdisc
   */
  private record Counts(Tally counted, Tally dropped, Tally left) {
    Counts minus(Counts earlier) {
      return new Counts(
          counted.minus(earlier.counted), dropped.minus(earlier.dropped), left.minus(earlier.left));
    }
  }

  private Counts counts(LoadedObject count, LoadedObject drop) {
    Statistics device = Reading.of(lab.datapath(), lab.device(), List.of()).root();
    return new Counts(
        Tally.perProcessor(count.map("counters")),
        Tally.shared(drop.map("dropped")),
        new Tally(device.packets(), device.bytes()));
  }

  /**
   * Compares the programs' maps with what the kernel counted itself. The queue is empty by now, so
   * that every packet is somewhere.
   */
  private static List<Check> compare(Counts counts, Interval interval) {
    Tally counted = counts.counted();
    Tally dropped = counts.dropped();
    Tally left = counts.left();
    double arrived = interval.goodput(List.of(BLOCKED.name()));
    return List.of(
        new Check(
            "count saw %,d packets = %,d that drop_by_address dropped + %,d that left by HTB"
                .formatted(counted.packets(), dropped.packets(), left.packets()),
            counted.packets() == dropped.packets() + left.packets()),
        new Check(
            "count saw %,d bytes = %,d dropped + %,d that left"
                .formatted(counted.bytes(), dropped.bytes(), left.bytes()),
            counted.bytes() == dropped.bytes() + left.bytes()),
        new Check(
            "of %s, %,d packets were dropped and %s arrived"
                .formatted(BLOCKED.source(), dropped.packets(), arrived == 0 ? "none" : "some"),
            dropped.packets() > 0 && arrived == 0));
  }

  /** Objects and links, and their numbers in the kernel. */
  private final class Attached implements AutoCloseable {
    private final List<LoadedObject> objects = new ArrayList<>();
    private final Deque<Link> links = new ArrayDeque<>();
    private final Set<Integer> linkIds = new HashSet<>();

    LoadedObject load(ObjectSpec spec) {
      LoadedObject object = lab.datapath().programs().load(spec);
      objects.add(object);
      return object;
    }

    ChainFinding.Entry attach(Chain chain, LoadedObject object, String says) {
      Program program = object.programs().values().iterator().next();
      Link link = chain.attach(program);
      links.push(link);
      int id = link.info().id();
      linkIds.add(id);
      return new ChainFinding.Entry(program.info().name(), program.info().id(), id, says);
    }

    Removal.Footprint footprint() {
      Set<Integer> programs = new HashSet<>();
      Set<Integer> maps = new HashSet<>();
      for (LoadedObject object : objects) {
        object.programs().values().forEach(program -> programs.add(program.info().id()));
        object.maps().values().forEach(map -> maps.add(map.info().id()));
      }
      return new Removal.Footprint(programs, maps, linkIds);
    }

    void detach() {
      while (!links.isEmpty()) {
        links.pop().close();
      }
    }

    @Override
    public void close() {
      detach();
      objects.forEach(LoadedObject::close);
    }
  }
}
