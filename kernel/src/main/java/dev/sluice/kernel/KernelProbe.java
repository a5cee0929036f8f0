package dev.sluice.kernel;

import dev.sluice.bpf.AssemblyParser;
import dev.sluice.bpf.MapFlag;
import dev.sluice.bpf.MapSpec;
import dev.sluice.bpf.MapType;
import dev.sluice.bpf.ObjectSpec;
import dev.sluice.datapath.Capabilities;
import dev.sluice.datapath.Capabilities.Support;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.Feature;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.NotPermitted;
import dev.sluice.datapath.Rate;
import dev.sluice.datapath.SluiceException;
import dev.sluice.datapath.VerifierRejected;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Link;
import dev.sluice.datapath.program.BpfMap;
import dev.sluice.datapath.program.LoadedObject;
import dev.sluice.datapath.program.TestRun;
import dev.sluice.datapath.tc.Action;
import dev.sluice.datapath.tc.BpfFilter;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.Filter;
import dev.sluice.datapath.tc.FilterEntry;
import dev.sluice.datapath.tc.Htb;
import dev.sluice.datapath.tc.Qdisc;
import dev.sluice.datapath.tc.Tbf;
import dev.sluice.datapath.tc.U32;
import dev.sluice.kernel.bpf.ControlGroup;
import dev.sluice.kernel.bpf.KernelMaps;
import dev.sluice.kernel.bpf.KernelPrograms;
import dev.sluice.kernel.bpf.TcxProbe;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what a kernel can do by trying each thing once: maps are made and programs loaded; what
 * needs a device is tried on the loopback device of a new namespace, which goes afterwards with all
 * that was done in it.
 */
final class KernelProbe {
  private static final Device LOOPBACK = new Device(1, "lo");

  /** A well-formed Ethernet frame for test runs. */
  private static final byte[] FRAME = new byte[64];

  private static final String PASS = ".program probe tcx\n  r0 = 0\n  exit\n";
  private static final String XDP_PASS = ".program probe xdp\n  r0 = 2\n  exit\n";

  private static final String ISA_V3 =
      ".program probe tcx\n  r0 = 0\n  if w0 == 0 goto out\n  r0 = 1\nout:\n  exit\n";

  private static final String ISA_V4 =
      ".program probe tcx\n  r0 = -8\n  r1 = 2\n  r0 s/= r1\n  exit\n";

  private static final String CALLS =
      ".program probe tcx\n  call other\n  exit\n.func other\n  r0 = 0\n  exit\n";

  private static final String LOOP =
      """
      .license GPL
      .program probe tcx
        r1 = 1
        r2 = function[body]
        r3 = 0
        r4 = 0
        call bpf_loop
        r0 = 0
        exit
      .func body
        r0 = 0
        exit
      """;

  private final KernelMaps maps = new KernelMaps();
  private final @Nullable KernelDatapath place;
  private final String noPlace;

  private KernelProbe(@Nullable KernelDatapath place, String noPlace) {
    this.place = place;
    this.noPlace = noPlace;
  }

  /** Tries everything. */
  static Capabilities probe() {
    try (NetworkNamespace namespace = NetworkNamespace.create("probe");
        KernelDatapath place = KernelDatapath.open(namespace)) {
      return new KernelProbe(place, "").run();
    } catch (NotPermitted e) {
      return new KernelProbe(null, String.valueOf(e.getMessage())).run();
    }
  }

  private Capabilities run() {
    Map<Feature, Support> findings = new EnumMap<>(Feature.class);
    for (Feature feature : Feature.values()) {
      findings.put(feature, probe(feature));
    }
    return new Capabilities(findings);
  }

  /** Something to try, which throws if it cannot be done. */
  private interface Attempt {
    void run() throws Exception;
  }

  private static Support attempt(Attempt attempt) {
    try {
      attempt.run();
      return new Support.Supported();
    } catch (NotPermitted e) {
      return new Support.Unknown(String.valueOf(e.getMessage()));
    } catch (VerifierRejected e) {
      return new Support.Missing("the verifier refuses it: " + e.getMessage());
    } catch (SluiceException e) {
      return new Support.Missing(String.valueOf(e.getMessage()));
    } catch (Exception e) {
      return new Support.Unknown(e.toString());
    }
  }

  /** Something to try in the namespace. */
  private interface NetworkAttempt {
    void run(KernelDatapath place);
  }

  private Support network(NetworkAttempt attempt) {
    KernelDatapath here = place;
    return here == null ? new Support.Unknown(noPlace) : attempt(() -> attempt.run(here));
  }

  private Support probe(Feature feature) {
    return switch (feature) {
      case TCX ->
          place == null
              ? new TcxProbe(NetworkNamespace.current()).get()
              : new TcxProbe(place.namespace()).get();
      case CLSACT -> network(here -> clsact(here, () -> {}));
      case XDP -> program("xdp");
      case NETKIT -> network(here -> here.kernelDevices().create("netkit", "probe0"));
      case CGROUP_SKB -> program("cgroup_skb");
      case CGROUP_ORDER -> ControlGroup.orderSupport();
      case XDP_LINK -> network(KernelProbe::xdpLink);
      case TBF -> qdisc("tbf", Tbf.of(Rate.megabits(1), 4096, 100_000));
      case HTB -> qdisc("htb", Htb.withDefault(1));
      case PFIFO -> qdisc("pfifo", new Qdisc.Pfifo(10L));
      case BFIFO -> qdisc("bfifo", new Qdisc.Bfifo(10_000L));
      case PFIFO_HEAD_DROP -> qdisc("pfifo_head_drop", new Qdisc.PfifoHeadDrop(10L));
      case PFIFO_FAST -> qdisc("pfifo_fast", null);
      case U32 -> network(here -> filter(here, u32(null, List.of())));
      case U32_MARK -> u32Mark();
      case CLS_BPF -> network(KernelProbe::bpfFilter);
      case MIRRED ->
          action(new Action.Mirred(Action.Mirred.Mode.EGRESS_REDIRECT, LOOPBACK.index(), 4, 0));
      case GACT -> action(new Action.Gact(Action.Control.DROP.number(), 0));
      case MAP_HASH -> map(MapSpec.of("probe", MapType.HASH, 4, 4, 1));
      case MAP_ARRAY -> map(MapSpec.of("probe", MapType.ARRAY, 4, 4, 1));
      case MAP_LRU_HASH -> map(MapSpec.of("probe", MapType.LRU_HASH, 4, 4, 1));
      case MAP_PERCPU_HASH -> map(MapSpec.of("probe", MapType.PERCPU_HASH, 4, 4, 1));
      case MAP_PERCPU_ARRAY -> map(MapSpec.of("probe", MapType.PERCPU_ARRAY, 4, 4, 1));
      case MAP_LPM_TRIE -> map(MapSpec.of("probe", MapType.LPM_TRIE, 8, 4, 1, MapFlag.NO_PREALLOC));
      case MAP_PROG_ARRAY -> map(MapSpec.of("probe", MapType.PROG_ARRAY, 4, 4, 1));
      case MAP_PERF_EVENT_ARRAY -> map(MapSpec.of("probe", MapType.PERF_EVENT_ARRAY, 4, 4, 1));
      case MAP_RINGBUF -> map(MapSpec.of("probe", MapType.RINGBUF, 0, 0, 1 << 16));
      case MAP_ARRAY_OF_MAPS -> map(mapOfMaps(MapType.ARRAY_OF_MAPS));
      case MAP_HASH_OF_MAPS -> map(mapOfMaps(MapType.HASH_OF_MAPS));
      case MAP_BATCH -> mapBatch();
      case BTF -> KernelMaps.typeSupport();
      case TEST_RUN -> load(PASS, object -> object.program("probe").testRun(TestRun.of(FRAME)));
      case XDP_LIVE_FRAMES -> network(KernelProbe::liveFrames);
      case BPF_TO_BPF_CALLS -> load(CALLS, _ -> {});
      case ISA_V3 -> load(ISA_V3, _ -> {});
      case ISA_V4 -> load(ISA_V4, _ -> {});
      case BPF_LOOP -> load(LOOP, _ -> {});
    };
  }

  private static MapSpec mapOfMaps(MapType type) {
    return MapSpec.ofMaps("probe", type, MapSpec.of("inner", MapType.ARRAY, 4, 4, 1), 1);
  }

  private Support map(MapSpec spec) {
    return attempt(() -> maps.create(spec).close());
  }

  private Support mapBatch() {
    try (BpfMap map = maps.create(MapSpec.of("probe", MapType.HASH, 4, 4, 1))) {
      return KernelMaps.hasBatch(map)
          ? new Support.Supported()
          : new Support.Missing("a batch lookup in a hash map is refused");
    } catch (NotPermitted e) {
      return new Support.Unknown(String.valueOf(e.getMessage()));
    } catch (SluiceException e) {
      return new Support.Missing(String.valueOf(e.getMessage()));
    }
  }

  /** What to do with a loaded object. */
  private interface Use {
    void of(LoadedObject object);
  }

  private static ObjectSpec assemble(String text) {
    return AssemblyParser.parse("probe", text);
  }

  private Support load(String text, Use use) {
    KernelPrograms programs = new KernelPrograms(NetworkNamespace.current());
    return attempt(
        () -> {
          try (LoadedObject object = programs.load(assemble(text))) {
            use.of(object);
          }
        });
  }

  private Support program(String type) {
    return load(".program probe " + type + "\n  r0 = 1\n  exit\n", _ -> {});
  }

  private static void xdpLink(KernelDatapath here) {
    try (LoadedObject object = here.programs().load(assemble(XDP_PASS));
        Link link =
            here.chain(new AttachPoint.Xdp(LOOPBACK, AttachPoint.Xdp.Mode.GENERIC))
                .attach(object.program("probe"))) {
      link.info();
    }
  }

  private static void liveFrames(KernelDatapath here) {
    String drop = ".program probe xdp\n  r0 = 1\n  exit\n"; // XDP_DROP: nothing arrives anywhere
    try (LoadedObject object = here.programs().load(assemble(drop))) {
      TestRun once = TestRun.of(FRAME);
      object.program("probe").testRun(new TestRun(once.packet(), null, 1, true, 0));
    }
  }

  private Support qdisc(String kind, @Nullable Qdisc options) {
    return network(
        here -> {
          here.trafficControl()
              .apply(
                  new Change.OfQdisc(
                      Change.Verb.ADD,
                      LOOPBACK,
                      Handle.ROOT,
                      Handle.of(1, 0),
                      kind,
                      options,
                      null));
          here.trafficControl().apply(Change.OfQdisc.delete(LOOPBACK, Handle.ROOT));
        });
  }

  private static void clsact(KernelDatapath here, Runnable within) {
    here.trafficControl()
        .apply(
            Change.OfQdisc.add(LOOPBACK, Handle.CLSACT, Handle.of(0xffff, 0), new Qdisc.Clsact()));
    try {
      within.run();
    } finally {
      here.trafficControl().apply(Change.OfQdisc.delete(LOOPBACK, Handle.CLSACT));
    }
  }

  private static void filter(KernelDatapath here, Filter filter) {
    clsact(here, () -> add(here, filter));
  }

  private static void add(KernelDatapath here, Filter filter) {
    here.trafficControl()
        .apply(
            Change.OfFilter.add(
                LOOPBACK, Handle.CLSACT_INGRESS, 1, Change.OfFilter.ALL_PROTOCOLS, filter));
  }

  private static U32 u32(U32.@Nullable Mark mark, List<Action> actions) {
    U32.Selector any = U32.Selector.terminal(List.of(new U32.Key(0, 0, 0, 0)));
    return new U32(Handle.of(1, 1), 0, 0, 0, any, mark, null, 0, actions, null, null);
  }

  /** A kernel without it takes a mark and forgets it, so the filter is read back. */
  private Support u32Mark() {
    boolean[] kept = new boolean[1];
    Support added =
        network(
            here ->
                clsact(
                    here,
                    () -> {
                      add(here, u32(new U32.Mark(1, 1, 0), List.of()));
                      for (FilterEntry entry :
                          here.trafficControl().filters(LOOPBACK, Handle.CLSACT_INGRESS)) {
                        kept[0] |= entry.filter() instanceof U32 u32 && u32.mark() != null;
                      }
                    }));
    return added instanceof Support.Supported && !kept[0]
        ? new Support.Missing(
            "the kernel forgets the mark and would match every packet (CONFIG_CLS_U32_MARK)")
        : added;
  }

  private static void bpfFilter(KernelDatapath here) {
    try (LoadedObject object = here.programs().load(assemble(PASS))) {
      filter(here, BpfFilter.directAction(object.program("probe"), "probe"));
    }
  }

  private Support action(Action action) {
    return network(here -> filter(here, u32(null, List.of(action))));
  }
}
