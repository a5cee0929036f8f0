package dev.sluice.conformance.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bpf.AssemblyParser;
import dev.sluice.cli.PinLayout;
import dev.sluice.cli.explain.Journey;
import dev.sluice.conformance.testbed.Capture;
import dev.sluice.conformance.testbed.Frame;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.Rate;
import dev.sluice.datapath.chain.AttachOptions;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.datapath.program.LoadedObject;
import dev.sluice.datapath.program.Program;
import dev.sluice.datapath.tc.Action;
import dev.sluice.datapath.tc.BpfFilter;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.Filter;
import dev.sluice.datapath.tc.Htb;
import dev.sluice.datapath.tc.Qdisc;
import dev.sluice.datapath.tc.TrafficClass;
import dev.sluice.datapath.tc.U32;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * {@code sluice explain} against the kernel: each packet is explained first, then sent for real,
 * and must end as explained.
 */
class ExplainedWaysTest {
  private static final PinLayout PINS = new PinLayout(Path.of("/sys/fs/bpf"));

  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private KernelTestbed testbed;
  private Datapath datapath;
  private Device device;

  @BeforeEach
  void begin() {
    new KernelTestbeds()
        .unavailable()
        .ifPresent(reason -> Assumptions.abort("needs the kernel: " + reason));
    testbed = new KernelTestbed();
    testbed.addWire(1);
    datapath = testbed.left().datapath();
    device = testbed.left().device();
  }

  @AfterEach
  void end() throws Exception {
    while (!open.isEmpty()) {
      open.pop().close();
    }
    if (testbed != null) { // null where the test was skipped
      testbed.close();
    }
  }

  /**
   * Reads the destination port of UDP over IPv4 into r2, in the order of the wire.
   *
   * @param data where the context has the packet's start; its end is behind it
   */
  private static String port(int data) {
    return """
      r7 = *(u32 *)(r1 + %d)
      r8 = *(u32 *)(r1 + %d)
      r2 = r7
      r2 += 42
      if r2 > r8 goto other
      r2 = *(u16 *)(r7 + 12)
      if r2 != 8 goto other
      r2 = *(u16 *)(r7 + 36)
    """
        .formatted(data, data + 4);
  }

  private static int wire(int port) {
    return Short.reverseBytes((short) port) & 0xffff;
  }

  /** A program that returns a verdict for some ports, and another for all else. */
  private Program byPort(String name, String type, Map<Integer, String> cases, int otherwise) {
    StringBuilder text = new StringBuilder(".license GPL\n.program " + name + " " + type + "\n");
    text.append(port(type.equals("xdp") ? 0 : 76));
    cases.forEach(
        (port, _) -> text.append("  if r2 == %d goto port%d\n".formatted(wire(port), port)));
    text.append("  goto other\n");
    cases.forEach((port, body) -> text.append("port%d:\n%s\n  exit\n".formatted(port, body)));
    text.append("other:\n  r0 = %d\n  exit\n".formatted(otherwise));
    LoadedObject loaded = datapath.programs().load(AssemblyParser.parse(name, text.toString()));
    open.push(loaded);
    return loaded.program(name);
  }

  private static String returning(int verdict) {
    return "  r0 = " + verdict;
  }

  private void clsact() {
    change(Change.OfQdisc.add(device, Handle.CLSACT, Handle.of(0xffff, 0), new Qdisc.Clsact()));
  }

  private void change(Change change) {
    datapath.trafficControl().apply(change);
  }

  private void filter(Handle parent, int priority, Filter filter) {
    change(Change.OfFilter.add(device, parent, priority, Frame.IPV4, filter));
  }

  private static U32 u32(List<U32.Key> keys, Handle classId, Action... actions) {
    return new U32(
        classId, 0, 0, 0, U32.Selector.terminal(keys), null, null, 0, List.of(actions), null, null);
  }

  private static U32.Key destinationPort(int port) {
    return new U32.Key(0xffff, port, 20, 0);
  }

  private static U32.Key source(String address) {
    return new U32.Key(-1, Frame.ipv4(address), 12, 0);
  }

  private static List<Frame> frames() {
    List<Frame> frames = new ArrayList<>();
    for (String source : List.of("10.1.0.1", "10.1.0.7")) {
      for (int port = 79; port <= 86; port++) {
        frames.add(
            Frame.Udp.of(source, 1000, "10.1.0.2", port).labelled(source + " " + port).frame());
      }
    }
    return frames;
  }

  private Journey explain(Direction direction, Frame frame) {
    return Journey.of(datapath, PINS, device, direction, frame.bytes().toArray(), true);
  }

  /** What becomes of a frame that arrives, found out by sending it. */
  private String real(Frame frame) {
    try (Capture here = testbed.left().capture();
        Capture away = testbed.right().capture(testbed.right().device(1))) {
      testbed.right().send(frame);
      testbed.settle();
      boolean passed = here.frames().stream().anyMatch(seen -> seen.label().equals(frame.label()));
      boolean left = away.frames().stream().anyMatch(seen -> seen.label().equals(frame.label()));
      return passed ? "passes" : left ? "redirected" : "dropped";
    }
  }

  private void arriving() {
    for (Frame frame : frames()) {
      Journey journey = explain(Direction.INGRESS, frame);
      assertThat(journey.known()).as("%s: %s", frame.label(), journey).isTrue();
      assertThat(real(frame)).as("%s: %s", frame.label(), journey).isEqualTo(word(journey));
    }
  }

  private static String word(Journey journey) {
    return journey.end().replaceFirst("[ ;].*", "");
  }

  @Test
  void chainsAndBpfFilters() {
    int away = testbed.left().device(1).index();
    Map<Integer, String> verdicts = new TreeMap<>();
    verdicts.put(80, returning(2));
    verdicts.put(81, returning(0));
    verdicts.put(82, "  r1 = %d\n  r2 = 0\n  call bpf_redirect".formatted(away));
    verdicts.put(83, returning(4));
    verdicts.put(84, "  *(u32 *)(r1 + 8) = 5\n  r0 = -1");
    var ingress = datapath.chain(new AttachPoint.Tcx(device, Direction.INGRESS));
    ingress.attachProgram(byPort("first", "tcx", verdicts, -1), AttachOptions.DEFAULT);
    ingress.attachProgram(
        byPort("second", "tcx", Map.of(85, returning(2)), -1), AttachOptions.DEFAULT);
    clsact();
    // 81 never gets here, 83 does though it was not NEXT.
    filter(
        Handle.CLSACT_INGRESS,
        10,
        BpfFilter.directAction(
            byPort("late", "tcx", Map.of(81, returning(2), 83, returning(2)), -1), "late"));
    filter(
        Handle.CLSACT_INGRESS,
        20,
        BpfFilter.directAction(
            byPort("last", "tcx", Map.of(79, returning(2), 84, returning(0)), 3), "last"));
    arriving();
    Journey passed = explain(Direction.INGRESS, frames().get(2));
    assertThat(passed.end()).isEqualTo("passes to the host");
    assertThat(passed.unseen()).hasSize(3).first().asString().startsWith("second (id ");
    assertThat(explain(Direction.INGRESS, frames().get(5)).steps().getFirst().changes())
        .containsExactly("mark: 0 → 5");
    assertThat(explain(Direction.INGRESS, frames().get(1)).endedBy())
        .startsWith("first (id ")
        .endsWith("at tcx:" + device + "/ingress");
  }

  @Test
  void u32FiltersAndTheirActions() {
    int away = testbed.left().device(1).index();
    clsact();
    Action redirect = new Action.Mirred(Action.Mirred.Mode.EGRESS_REDIRECT, away, 4, 0);
    Action copy = new Action.Mirred(Action.Mirred.Mode.EGRESS_MIRROR, away, 3, 0);
    filter(Handle.CLSACT_INGRESS, 10, u32(List.of(destinationPort(80)), Handle.of(1, 1)));
    filter(
        Handle.CLSACT_INGRESS,
        20,
        u32(List.of(source("10.1.0.7"), destinationPort(81)), Handle.of(1, 1), redirect));
    filter(Handle.CLSACT_INGRESS, 20, u32(List.of(destinationPort(82)), Handle.of(1, 1), redirect));
    filter(Handle.CLSACT_INGRESS, 30, u32(List.of(destinationPort(83)), Handle.of(1, 1), copy));
    // Whatever no filter before has let pass.
    filter(
        Handle.CLSACT_INGRESS,
        40,
        BpfFilter.directAction(byPort("rest", "tcx", Map.of(86, returning(0)), 2), "rest"));
    // Others than IPv4 are the testbed's own.
    for (Frame frame : frames()) {
      if (!frame.label().endsWith("83")) { // a copy arrives elsewhere, too
        Journey journey = explain(Direction.INGRESS, frame);
        assertThat(real(frame)).as("%s: %s", frame.label(), journey).isEqualTo(word(journey));
      }
    }
    assertThat(explain(Direction.INGRESS, frames().get(4)).steps())
        .anyMatch(step -> step.verdict().equals("copy to left1"));
    assertThat(explain(Direction.INGRESS, frames().get(3)).end()).isEqualTo("redirected to left1");
  }

  @Test
  void xdpBeforeAllElse() {
    Map<Integer, String> actions = new TreeMap<>();
    actions.put(80, returning(1));
    actions.put(81, "  r2 = %d\n  *(u16 *)(r7 + 36) = r2\n  r0 = 2".formatted(wire(84)));
    actions.put(82, returning(0));
    datapath
        .chain(new AttachPoint.Xdp(device, AttachPoint.Xdp.Mode.GENERIC))
        .attachProgram(byPort("early", "xdp", actions, 2), AttachOptions.DEFAULT);
    datapath
        .chain(new AttachPoint.Tcx(device, Direction.INGRESS))
        .attachProgram(
            byPort("late", "tcx", Map.of(84, returning(2), 85, returning(0)), -1),
            AttachOptions.DEFAULT);
    arriving();
    assertThat(explain(Direction.INGRESS, frames().get(2)).steps().getFirst().changes())
        .containsExactly("udp.dst: 81 → 84");
  }

  @Test
  void classesOfWhatLeaves() {
    Handle root = Handle.of(1, 0);
    change(Change.OfQdisc.add(device, Handle.ROOT, root, Htb.withDefault(0x12)));
    addClass(root, 1);
    for (int minor : new int[] {0x10, 0x11, 0x12, 0x13}) {
      addClass(Handle.of(1, 1), minor);
    }
    filter(root, 1, u32(List.of(destinationPort(80)), Handle.of(1, 0x10)));
    filter(root, 2, u32(List.of(destinationPort(81)), Handle.of(1, 1)));
    filter(root, 3, u32(List.of(destinationPort(82)), root));
    filter(root, 4, u32(List.of(destinationPort(83)), Handle.of(1, 0x77)));
    filter(Handle.of(1, 1), 1, u32(List.of(source("10.1.0.7")), Handle.of(1, 0x11)));
    datapath
        .chain(new AttachPoint.Tcx(device, Direction.EGRESS))
        .attachProgram(
            byPort("prefer", "tcx", Map.of(84, "  *(u32 *)(r1 + 32) = 0x10013\n  r0 = -1"), -1),
            AttachOptions.DEFAULT);
    for (Frame frame : frames()) {
      Journey journey = explain(Direction.EGRESS, frame);
      Map<String, Long> before = sent();
      testbed.left().send(frame);
      Map<String, Long> after = sent();
      List<String> counted =
          after.entrySet().stream()
              .filter(one -> !one.getValue().equals(before.get(one.getKey())))
              .map(Map.Entry::getKey)
              .toList();
      if (counted.isEmpty()) {
        assertThat(journey.end()).as(frame.label()).startsWith("sent unshaped");
      } else {
        assertThat(journey.end())
            .as("%s: %s", frame.label(), journey)
            .startsWith("queued in class " + counted.getFirst());
      }
    }
  }

  private void addClass(Handle parent, int minor) {
    change(
        Change.OfClass.add(
            device,
            parent,
            Handle.of(1, minor),
            TrafficClass.HtbClass.of(Rate.megabits(100), Rate.megabits(1000))));
  }

  /** Packets that leaf classes have sent. */
  private Map<String, Long> sent() {
    Map<String, Long> packets = new TreeMap<>();
    datapath
        .trafficControl()
        .classes(device)
        .forEach(
            entry -> {
              if (entry.id().minor() >= 0x10) {
                packets.put(entry.id().toString(), entry.statistics().packets());
              }
            });
    return packets;
  }
}
