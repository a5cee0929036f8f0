package dev.sluice.conformance.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.bpf.ArithmeticOperator;
import dev.sluice.bpf.CodeBuilder;
import dev.sluice.bpf.HelperFunction;
import dev.sluice.bpf.Memory;
import dev.sluice.bpf.MemorySize;
import dev.sluice.bpf.ProgramSpec;
import dev.sluice.bpf.ProgramType;
import dev.sluice.bpf.Register;
import dev.sluice.conformance.testbed.Frame;
import dev.sluice.datapath.Bytes;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.Rate;
import dev.sluice.datapath.chain.AttachMode;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.datapath.chain.Link;
import dev.sluice.datapath.program.Program;
import dev.sluice.datapath.tc.Bucket;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.ClassEntry;
import dev.sluice.datapath.tc.Htb;
import dev.sluice.datapath.tc.Qdisc;
import dev.sluice.datapath.tc.QdiscEntry;
import dev.sluice.datapath.tc.RateSpec;
import dev.sluice.datapath.tc.Statistics;
import dev.sluice.datapath.tc.Tbf;
import dev.sluice.datapath.tc.TrafficClass;
import dev.sluice.engine.EngineDatapath;
import dev.sluice.engine.net.FlowFrame;
import dev.sluice.engine.net.FlowPacing;
import dev.sluice.engine.net.FlowSource;
import dev.sluice.engine.net.Host;
import dev.sluice.engine.net.NetDevice;
import dev.sluice.engine.net.Network;
import dev.sluice.engine.net.WireSpec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The same load through qdiscs of the kernel, in real time, and of the engine, in virtual time.
 * Another host sends the packets and this one forwards them, so that no socket holds a sender back:
 * what does not fit is dropped. Rates are counted over a second, after a while to fill the queues:
 * within 2 % of each other, shares within two hundredths, drops within 5 % or 10 packets, whichever
 * is more. On a busy machine the kernel's side is measured up to three times.
 */
@Tag("datapath.differences")
class QdiscDifferenceTest {
  private static final int BYTES = 1000;
  private static final long WARM_UP = 400_000_000;
  private static final long END = 1_500_000_000;
  private static final int ATTEMPTS = 3;
  private static final Handle ONE = Handle.of(1, 0);
  private static final int TYPE_OF_SERVICE = 15;

  /** Queues and what is sent through them: megabits each second by minor number of the class. */
  enum Tree {
    TBF_OVERLOADED(Map.of(1, 20)) {
      @Override
      void build(Datapath datapath, Device device) {
        root(datapath, device, Tbf.of(Rate.megabits(8), 8000, 30_000));
      }
    },
    TBF_WITH_ROOM(Map.of(1, 6)) {
      @Override
      void build(Datapath datapath, Device device) {
        root(datapath, device, Tbf.of(Rate.megabits(8), 8000, 30_000));
      }
    },
    TBF_WITH_A_PEAK(Map.of(1, 12)) {
      @Override
      void build(Datapath datapath, Device device) {
        Rate rate = Rate.megabits(5);
        Rate peak = Rate.megabits(9);
        root(
            datapath,
            device,
            new Tbf(
                RateSpec.of(rate),
                Bucket.of(rate, 20_000),
                RateSpec.of(peak),
                Bucket.of(peak, 3000),
                20_000));
      }
    },
    HTB_OVERLOADED(Map.of(2, 10, 3, 10)) {
      @Override
      void build(Datapath datapath, Device device) {
        htb(datapath, device, 20);
        leaf(datapath, device, 2, 6, 6, 0, 3000);
        leaf(datapath, device, 3, 2, 2, 0, 3000);
      }
    },
    HTB_BORROWING(Map.of(2, 10, 3, 10, 4, 1)) {
      @Override
      void build(Datapath datapath, Device device) {
        htb(datapath, device, 9);
        leaf(datapath, device, 2, 3, 9, 0, 3000);
        leaf(datapath, device, 3, 1, 9, 0, 3000);
        leaf(datapath, device, 4, 3, 9, 0, 3000);
      }
    },
    HTB_PRIORITIES(Map.of(2, 6, 3, 10)) {
      @Override
      void build(Datapath datapath, Device device) {
        htb(datapath, device, 9);
        leaf(datapath, device, 2, 1, 9, 0, 3000);
        leaf(datapath, device, 3, 1, 9, 1, 3000);
      }
    },
    HTB_QUANTA(Map.of(2, 10, 3, 10)) {
      @Override
      void build(Datapath datapath, Device device) {
        htb(datapath, device, 9);
        leaf(datapath, device, 2, 1, 9, 0, 2000);
        leaf(datapath, device, 3, 1, 9, 0, 6000);
      }
    };

    @SuppressWarnings("ImmutableEnumChecker") // nobody changes it
    private final Map<Integer, Integer> offered;

    Tree(Map<Integer, Integer> offered) {
      this.offered = new TreeMap<>(offered);
    }

    abstract void build(Datapath datapath, Device device);

    private static void root(Datapath datapath, Device device, Qdisc qdisc) {
      datapath.trafficControl().apply(Change.OfQdisc.add(device, Handle.ROOT, ONE, qdisc));
    }

    private static void htb(Datapath datapath, Device device, int megabits) {
      root(datapath, device, Htb.withDefault(0));
      Rate rate = Rate.megabits(megabits);
      datapath
          .trafficControl()
          .apply(
              Change.OfClass.add(
                  device, ONE, Handle.of(1, 1), TrafficClass.HtbClass.of(rate, rate)));
    }

    private static void leaf(
        Datapath datapath,
        Device device,
        int minor,
        int megabits,
        int ceiling,
        int priority,
        int quantum) {
      Rate rate = Rate.megabits(megabits);
      Rate ceil = Rate.megabits(ceiling);
      TrafficClass leaf =
          new TrafficClass.HtbClass(
              RateSpec.of(rate),
              RateSpec.of(ceil),
              Bucket.of(rate, 3000),
              Bucket.of(ceil, 3000),
              quantum,
              priority,
              0);
      Handle id = Handle.of(1, minor);
      datapath.trafficControl().apply(Change.OfClass.add(device, Handle.of(1, 1), id, leaf));
      datapath
          .trafficControl()
          .apply(Change.OfQdisc.add(device, id, Handle.of(0x10 + minor, 0), new Qdisc.Pfifo(20L)));
    }

    /** What is sent, in the order of time. */
    List<Sending> sendings() {
      List<Sending> sendings = new ArrayList<>();
      offered.forEach(
          (minor, megabits) -> {
            double gap = BYTES * 8000.0 / megabits;
            for (long n = 0; n * gap < END; n++) {
              sendings.add(new Sending(Math.round(n * gap), minor));
            }
          });
      sendings.sort((one, other) -> Long.compare(one.at(), other.at()));
      return sendings;
    }
  }

  /**
   * A packet to be sent.
   *
   * @param at when, in nanoseconds
   * @param minor of the class
   */
  record Sending(long at, int minor) {}

  /**
   * What was counted in a time.
   *
   * @param rate bytes each second of all
   * @param shares of classes in the bytes, by minor number
   * @param drops packets dropped each second
   */
  private record Measured(double rate, Map<Integer, Double> shares, double drops) {
    boolean isLike(Measured other) {
      boolean like = isNear(rate, other.rate, 0.02, 0) && isNear(drops, other.drops, 0.05, 10);
      for (Map.Entry<Integer, Double> share : shares.entrySet()) {
        like &= Math.abs(share.getValue() - other.shares.getOrDefault(share.getKey(), 0.0)) < 0.02;
      }
      return like;
    }

    private static boolean isNear(double one, double other, double part, double least) {
      return Math.abs(one - other) <= Math.max(least, part * other);
    }
  }

  /** The counters at a time. */
  private record Counters(long at, Statistics root, Map<Integer, Long> classes) {
    static Counters of(Datapath datapath, Device device, long at) {
      QdiscEntry root =
          datapath.trafficControl().qdiscs(device).stream()
              .filter(QdiscEntry::isRoot)
              .findFirst()
              .orElseThrow();
      Map<Integer, Long> classes = new TreeMap<>();
      for (ClassEntry entry : datapath.trafficControl().classes(device)) {
        if (entry.trafficClass() instanceof TrafficClass.HtbClass && entry.id().minor() > 1) {
          classes.put(entry.id().minor(), entry.statistics().bytes());
        }
      }
      return new Counters(at, root.statistics(), classes);
    }

    Measured since(Counters before) {
      double seconds = (at - before.at) / 1e9;
      double bytes = root.bytes() - before.root.bytes();
      Map<Integer, Double> shares = new TreeMap<>();
      classes.forEach(
          (minor, count) ->
              shares.put(minor, (count - before.classes.getOrDefault(minor, 0L)) / bytes));
      return new Measured(bytes / seconds, shares, (root.drops() - before.root.drops()) / seconds);
    }
  }

  @ParameterizedTest
  @EnumSource(Tree.class)
  void ratesSharesAndDropsAreTheKernels(Tree tree) {
    assumeTrue(new KernelTestbeds().unavailable().isEmpty(), "needs root");
    Measured engine = inTheEngine(tree);
    Measured kernel = inTheKernel(tree);
    for (int attempt = 1; attempt < ATTEMPTS && !engine.isLike(kernel); attempt++) {
      kernel = inTheKernel(tree);
    }

    assertThat(engine.isLike(kernel)).as("%s in the engine: %s", engine, kernel).isTrue();
  }

  private static Measured inTheKernel(Tree tree) {
    try (KernelTestbed testbed = new KernelTestbed()) {
      testbed.addWire(1);
      Datapath datapath = testbed.left().datapath();
      Device out = testbed.left().device(1);
      tree.build(datapath, out);
      try (Program program = forwarding(datapath, out);
          Link _ = attach(datapath, testbed.left().device(), program)) {
        return whileSending(tree, testbed, datapath, out);
      }
    }
  }

  /** Sends by the clock; what is late is sent at once. */
  private static Measured whileSending(
      Tree tree, KernelTestbed testbed, Datapath datapath, Device out) {
    Device from = testbed.right().device();
    Map<Integer, Frame> frames = new TreeMap<>();
    tree.offered
        .keySet()
        .forEach(minor -> frames.put(minor, new Frame(Bytes.copyOf(frame(minor)))));
    Counters before = null;
    long start = System.nanoTime();
    for (Sending sending : tree.sendings()) {
      long now = System.nanoTime() - start;
      if (before == null && now >= WARM_UP) {
        before = Counters.of(datapath, out, now);
      }
      while (now < sending.at()) {
        LockSupport.parkNanos(sending.at() - now);
        now = System.nanoTime() - start;
      }
      testbed.right().send(from, Objects.requireNonNull(frames.get(sending.minor())), 0);
    }
    return Counters.of(datapath, out, System.nanoTime() - start)
        .since(Objects.requireNonNull(before));
  }

  private static Measured inTheEngine(Tree tree) {
    Network network = new Network(1);
    Host left = network.addHost("left");
    Host right = network.addHost("right");
    network.connect(left, "left0", right, "right0", WireSpec.VETH);
    network.connect(left, "left1", right, "right1", WireSpec.VETH);
    Datapath datapath = EngineDatapath.open(left);
    Device out = datapath.device("left1");
    tree.build(datapath, out);
    try (Program program = forwarding(datapath, out);
        Link _ = attach(datapath, datapath.device("left0"), program)) {
      NetDevice from = Objects.requireNonNull(right.find("right0"));
      long now = network.timeline().nanoseconds();
      tree.offered.forEach(
          (minor, megabits) ->
              new FlowSource(
                      from,
                      FlowFrame.of(frame(minor), BYTES),
                      new FlowPacing.Constant(BYTES * 8000.0 / megabits),
                      0,
                      Long.MAX_VALUE,
                      now + END,
                      minor)
                  .start(now));
      network.runUntil(now + WARM_UP);
      Counters before = Counters.of(datapath, out, WARM_UP);
      network.runUntil(now + END);
      return Counters.of(datapath, out, END).since(before);
    }
  }

  private static byte[] frame(int minor) {
    ByteBuffer frame = ByteBuffer.wrap(new byte[BYTES]);
    frame.put(0, (byte) 2).put(6, (byte) 2).putShort(12, (short) Frame.IPV4);
    frame.put(14, (byte) 0x45).put(TYPE_OF_SERVICE, (byte) minor);
    frame.putShort(16, (short) (BYTES - Frame.ETHERNET_HEADER));
    frame.put(22, (byte) 64).put(23, (byte) 17);
    return frame.array();
  }

  /** Sends packets out by a device, into the class that their type of service names. */
  private static Program forwarding(Datapath datapath, Device out) {
    CodeBuilder code =
        CodeBuilder.create()
            .move(Register.R6, Register.R1)
            .add(new Memory.LoadAbsolute(MemorySize.BYTE, TYPE_OF_SERVICE))
            .operate(ArithmeticOperator.OR, Register.R0, 0x10000)
            .store(MemorySize.WORD, Register.R6, 32, Register.R0)
            .move(Register.R1, out.index())
            .move(Register.R2, 0)
            .call(HelperFunction.REDIRECT)
            .exit();
    ProgramSpec spec = ProgramSpec.of("forward", ProgramType.SCHED_CLS, "GPL", code.build());
    return datapath.programs().load(spec, Map.of());
  }

  private static Link attach(Datapath datapath, Device device, Program program) {
    return datapath
        .chain(new AttachPoint.Tcx(device, Direction.INGRESS), AttachMode.TCX)
        .attach(program);
  }
}
