package dev.sluice.engine.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.bpf.AssemblyParser;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.chain.AttachOptions;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.AttachPoint.Xdp.Mode;
import dev.sluice.datapath.program.Program;
import dev.sluice.engine.Allocation;
import dev.sluice.engine.EngineDatapath;
import dev.sluice.engine.skb.SocketBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What packets do at XDP, in netkit pairs and control groups that the suite cannot see. */
class HookWaysTest {
  private static final long MILLISECOND = 1_000_000;

  private final Network network = new Network(1);
  private final Host left = network.addHost("left");
  private final Host right = network.addHost("right");
  private final List<Integer> lengths = new ArrayList<>();
  private final List<String> drops = new ArrayList<>();

  private NetDevice connect() {
    network.connect(left, "eth0", right, "eth0", WireSpec.VETH);
    watch();
    return device(left);
  }

  private void watch() {
    right.addReceiver(
        (_, packet, _) -> {
          lengths.add(packet.length);
          return true;
        });
    network.observe(
        new PacketObserver() {
          @Override
          public void dropped(NetDevice device, SocketBuffer packet, DropPlace place, long now) {
            drops.add(place.toString());
          }
        });
  }

  private static NetDevice device(Host host) {
    return Objects.requireNonNull(host.find("eth0"));
  }

  private static void attach(Host host, Mode mode, int action) {
    EngineDatapath datapath = EngineDatapath.open(host);
    String text = ".program act xdp\n r0 = %d\n exit\n".formatted(action);
    try (var loaded = datapath.programs().load(AssemblyParser.parse("act", text))) {
      Program program = loaded.program("act");
      datapath
          .chain(new AttachPoint.Xdp(datapath.device("eth0"), mode))
          .attachProgram(program, AttachOptions.DEFAULT);
    }
  }

  private void send(NetDevice device, FlowFrame frame, long packets) {
    new FlowSource(device, frame, new FlowPacing.Constant(1000), 0, packets, Long.MAX_VALUE, 1)
        .start(0);
    network.runUntil(network.timeline().nanoseconds() + 10 * MILLISECOND);
  }

  /** An IPv4 frame with UDP that stands for three segments. */
  private static FlowFrame burst() {
    byte[] bytes = new byte[60];
    bytes[12] = 8;
    bytes[14] = 0x45;
    bytes[23] = 17;
    return FlowFrame.of(bytes, 42 + 3000).segmented(1000);
  }

  @Test
  void aDriversProgramSeesSegments() {
    NetDevice device = connect();
    send(device, burst(), 1);
    assertThat(lengths).containsExactly(3042);
    lengths.clear();
    attach(right, Mode.NATIVE, 2);
    send(device, burst(), 1);
    assertThat(lengths).containsExactly(1042, 1042, 1042);
    assertThat(network.buffers().outstanding()).isZero();
  }

  @Test
  void aGenericProgramSeesTheWhole() {
    NetDevice device = connect();
    attach(right, Mode.GENERIC, 2);
    send(device, burst(), 1);
    assertThat(lengths).containsExactly(3042);
  }

  @ParameterizedTest
  @EnumSource(names = {"NATIVE", "GENERIC"})
  void twoThatSendBackEndSomeTime(Mode mode) {
    NetDevice device = connect();
    attach(left, mode, 3);
    attach(right, mode, 3);
    send(device, FlowFrame.of(new byte[60], 60), 1);
    assertThat(drops).singleElement().asString().startsWith("XDP frame that the other end");
    assertThat(network.buffers().outstanding()).isZero();
  }

  @Test
  void aPairMayDropWhatNoProgramJudges() {
    network.connectNetkit(
        left, "eth0", right, "eth0", NetkitPolicy.BLACKHOLE, NetkitPolicy.FORWARD);
    watch();
    send(device(left), FlowFrame.of(new byte[60], 60), 1);
    assertThat(lengths).isEmpty();
    assertThat(drops).hasSize(1);

    EngineDatapath datapath = EngineDatapath.open(left);
    try (var loaded =
            datapath
                .programs()
                .load(AssemblyParser.parse("p", ".program p tcx\n r0 = -1\n exit\n"));
        var _ =
            datapath
                .chain(
                    new AttachPoint.Netkit(device(left).device(), AttachPoint.Netkit.Side.PRIMARY))
                .attach(loaded.program("p"))) {
      send(device(left), FlowFrame.of(new byte[60], 60), 1);
      assertThat(lengths).as("the policy is for a pair without programs").containsExactly(60);
    }
    send(device(left), FlowFrame.of(new byte[60], 60), 1);
    assertThat(lengths).hasSize(1);
  }

  @Test
  void theOtherHostSeesNoMarkOfAPair() {
    network.connectNetkit(left, "eth0", right, "eth0", NetkitPolicy.FORWARD, NetkitPolicy.FORWARD);
    List<Integer> marks = new ArrayList<>();
    right.addReceiver(
        (_, packet, _) -> {
          marks.add(packet.mark);
          return true;
        });
    send(device(left), FlowFrame.of(new byte[60], 60).withMark(7), 1);
    assertThat(marks).containsExactly(0);
  }

  @Test
  void groupsAreATree() {
    ControlGroups groups = network.groups();
    Path shop = ControlGroups.ROOT.resolve("shop");
    assertThatExceptionOfType(NotFound.class).isThrownBy(() -> groups.make(shop.resolve("till")));
    groups.make(shop);
    groups.make(shop.resolve("till"));
    assertThatExceptionOfType(KernelRejected.class)
        .isThrownBy(() -> groups.make(shop))
        .matches(e -> e.is(Errno.EEXIST));
    assertThatExceptionOfType(KernelRejected.class)
        .isThrownBy(() -> groups.remove(shop))
        .matches(e -> e.is(Errno.EBUSY));
    groups.remove(shop.resolve("till"));
    groups.remove(shop);
    assertThatExceptionOfType(NotFound.class).isThrownBy(() -> groups.require(shop));
  }

  @Test
  void anXdpProgramAllocatesNothing() {
    network.connect(left, "eth0", right, "eth0", WireSpec.VETH);
    long[] received = new long[1];
    right.addReceiver(
        (_, _, _) -> {
          received[0]++;
          return true;
        });
    attach(right, Mode.NATIVE, 2);
    new FlowSource(
            device(left),
            FlowFrame.of(new byte[60], 1000),
            new FlowPacing.Constant(10_000),
            0,
            Long.MAX_VALUE,
            Long.MAX_VALUE,
            1)
        .start(0);
    long[] now = new long[1];

    long allocated =
        Allocation.of(
            () -> {
              now[0] += MILLISECOND;
              network.runUntil(now[0]);
            });

    assertThat(allocated).isLessThan(100);
    assertThat(received[0]).isGreaterThan(400_000);
  }
}
