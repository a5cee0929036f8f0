package dev.sluice.kernel.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.bpf.AssemblyParser;
import dev.sluice.bpf.ProgramType;
import dev.sluice.datapath.Bytes;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.chain.AttachMode;
import dev.sluice.datapath.chain.Chain;
import dev.sluice.datapath.chain.Link;
import dev.sluice.datapath.program.BpfMap;
import dev.sluice.datapath.program.Codec;
import dev.sluice.datapath.program.LoadedObject;
import dev.sluice.datapath.program.Program;
import dev.sluice.datapath.program.TestRun;
import dev.sluice.kernel.FdLeaks;
import dev.sluice.kernel.Root;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Real frames, injected at a device by an XDP test run, through the programs of both hooks. */
@ExtendWith({Root.class, FdLeaks.class})
class LiveFramesTest {
  private static final int FRAMES = 1000;

  /** Counts what was injected and leaves the namespace's own chatter alone. */
  private static final String COUNT =
      """
      .map counts array key 4 value 8 entries 1
      .program count tcx
        r0 = -1
        r2 = *(u32 *)(r1 + 16)
        r2 = be16 r2
        if r2 != 0x88b5 goto other
        *(u32 *)(r10 - 4) = 0
        r2 = r10
        r2 += -4
        r1 = map[counts]
        call bpf_map_lookup_elem
        if r0 == 0 goto out
        r1 = 1
        lock *(u64 *)(r0 + 0) += r1
      out:
        r0 = VERDICT
      other:
        exit
      """;

  private TcxFixture fixture;

  @BeforeEach
  void makeNamespace() {
    fixture = new TcxFixture();
    fixture.datapath.kernelDevices().setUp(fixture.device, true);
    fixture.datapath.kernelDevices().setUp(fixture.datapath.device("v1"), true);
  }

  @AfterEach
  void closeNamespace() {
    if (fixture != null) {
      fixture.close();
    }
  }

  private LoadedObject counting(int verdict) {
    String text = COUNT.replace("VERDICT", Integer.toString(verdict));
    return fixture.datapath.programs().load(AssemblyParser.parse("count.bpfasm", text));
  }

  private static long count(LoadedObject object) {
    BpfMap counts = object.map("counts");
    byte[] value = counts.lookup(new byte[4]);
    assertThat(value).isNotNull();
    return Codec.U64.fromBytes(value);
  }

  /** An address of nobody, so that the stack lets go of what comes through. */
  private static byte[] frame() {
    byte[] frame = new byte[64];
    frame[0] = 2;
    frame[12] = (byte) 0x88;
    frame[13] = (byte) 0xb5; // an EtherType for local experiments
    return frame;
  }

  private void inject() {
    byte[] frame = frame();
    ByteBuffer context = ByteBuffer.allocate(24).order(ByteOrder.nativeOrder());
    context.putInt(4, frame.length).putInt(12, fixture.device.index()); // struct xdp_md
    try (Program pass =
        fixture
            .datapath
            .programs()
            .load(TestPrograms.returning("pass", ProgramType.XDP, 2), Map.of())) {
      TestRun.Result result =
          pass.testRun(
              new TestRun(Bytes.copyOf(frame), Bytes.copyOf(context.array()), FRAMES, true, 64));
      assertThat(result.packet().length()).isZero();
    }
  }

  private void assertOrder(AttachMode mode) {
    Chain chain = fixture.datapath.chain(fixture.chain.at(), mode);
    try (LoadedObject first = counting(-1);
        LoadedObject second = counting(0);
        LoadedObject third = counting(0);
        Link one = chain.attach(first.program("count"));
        Link two = chain.attach(second.program("count"));
        Link three = chain.attach(third.program("count"))) {
      inject();
      assertThat(count(first)).isEqualTo(FRAMES);
      assertThat(count(second)).isEqualTo(count(first));
      assertThat(count(third)).as("behind a verdict").isZero();
      assertThat(one.info().isDefunct() || two.info().isDefunct() || three.info().isDefunct())
          .isFalse();
    }
  }

  @Test
  void passThroughATcxChain() {
    assertOrder(AttachMode.TCX);
  }

  @Test
  void passThroughAChainAtTheClassicHook() {
    assertOrder(AttachMode.TC);
  }

  @Test
  void tcxComesFirst() {
    Chain tcx = fixture.datapath.chain(fixture.chain.at(), AttachMode.TCX);
    Chain classic = fixture.datapath.chain(fixture.chain.at(), AttachMode.TC);
    try (LoadedObject next = counting(-1);
        LoadedObject behind = counting(0);
        Link one = tcx.attach(next.program("count"));
        Link two = classic.attach(behind.program("count"));
        LoadedObject drop = counting(2)) {
      inject();
      long seen = count(behind);
      assertThat(seen).isEqualTo(FRAMES).isEqualTo(count(next));
      one.update(drop.program("count"));
      inject();
      assertThat(count(drop)).isEqualTo(FRAMES);
      assertThat(count(behind)).as("dropped before it").isEqualTo(seen);
      assertThat(two.info().isDefunct()).isFalse();
    }
  }

  @Test
  void areForXdpProgramsOnly() {
    Program program = fixture.program("p");
    TestRun run = new TestRun(Bytes.copyOf(frame()), null, 1, true, 0);
    assertThatExceptionOfType(KernelRejected.class)
        .isThrownBy(() -> program.testRun(run))
        .withMessageContaining("only XDP programs run on live frames");
  }
}
