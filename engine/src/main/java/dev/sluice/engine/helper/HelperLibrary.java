package dev.sluice.engine.helper;

import dev.sluice.bpf.HelperFunction;
import dev.sluice.bpf.ProgramType;
import dev.sluice.engine.helper.map.MapOperations;
import dev.sluice.engine.vm.Fault;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The helpers that there are, joined from the parts of the engine that have some. */
final class HelperLibrary {
  /** Helpers that are the same for all program types. */
  private static final Map<HelperFunction, Helper> COMMON = new EnumMap<>(HelperFunction.class);

  /** Helpers that only classifiers and actions know, or know otherwise. */
  private static final Map<HelperFunction, Helper> CLASSIFIER = new EnumMap<>(HelperFunction.class);

  /** Helpers that XDP programs know otherwise. */
  private static final Map<HelperFunction, Helper> XDP = new EnumMap<>(HelperFunction.class);

  static {
    COMMON.putAll(MapOperations.all());
    ByteAccess.addTo(COMMON);
    Checksums.addTo(COMMON);
    EventOutput.addTo(COMMON);
    MachineFacts.addTo(COMMON);
    PacketEdges.addTo(COMMON);
    PacketFacts.addTo(COMMON);
    Printing.addTo(COMMON);
    RoomAdjustment.addTo(COMMON);
    XdpEdges.addTo(COMMON);
    COMMON.put(
        HelperFunction.TAIL_CALL,
        (x, r1, r2, r3, r4, r5) -> {
          throw new Fault("a tail call is no call of a helper: the machine itself makes it");
        });
    Redirection.addTo(CLASSIFIER);
    CLASSIFIER.put(HelperFunction.CHECK_MTU, PacketFacts::checkMtu);
    CLASSIFIER.put(HelperFunction.GET_CGROUP_CLASSID, PacketFacts::classId);
    XDP.put(HelperFunction.REDIRECT, Redirection::redirectXdp);
    XDP.put(HelperFunction.CHECK_MTU, PacketFacts::checkXdpMtu);
  }

  private HelperLibrary() {}

  /** The helper as programs of a type know it; null if there is none. */
  static @Nullable Helper find(ProgramType type, HelperFunction function) {
    Helper own =
        switch (type) {
          case SCHED_CLS, SCHED_ACT -> CLASSIFIER.get(function);
          case XDP -> XDP.get(function);
          default -> null;
        };
    return own != null ? own : COMMON.get(function);
  }
}
