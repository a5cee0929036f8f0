package dev.sluice.bpf.elf;

import dev.sluice.bpf.AttachType;
import dev.sluice.bpf.ProgramType;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the name of a section says about the programs in it: those names of {@code section_defs} in
 * libbpf that have to do with packets.
 */
final class ProgramSections {
  /** What programs of a section are for. */
  record Kind(ProgramType type, AttachType attachType, boolean fragments) {}

  private static final Map<String, Kind> KINDS = new LinkedHashMap<>();

  static {
    put("tc", ProgramType.SCHED_CLS, AttachType.UNSPECIFIED);
    put("classifier", ProgramType.SCHED_CLS, AttachType.UNSPECIFIED);
    put("action", ProgramType.SCHED_ACT, AttachType.UNSPECIFIED);
    put("tc/ingress", ProgramType.SCHED_CLS, AttachType.TCX_INGRESS);
    put("tc/egress", ProgramType.SCHED_CLS, AttachType.TCX_EGRESS);
    put("tcx/ingress", ProgramType.SCHED_CLS, AttachType.TCX_INGRESS);
    put("tcx/egress", ProgramType.SCHED_CLS, AttachType.TCX_EGRESS);
    put("netkit/primary", ProgramType.SCHED_CLS, AttachType.NETKIT_PRIMARY);
    put("netkit/peer", ProgramType.SCHED_CLS, AttachType.NETKIT_PEER);
    put("xdp", ProgramType.XDP, AttachType.XDP);
    put("xdp/devmap", ProgramType.XDP, AttachType.XDP_DEVMAP);
    put("xdp/cpumap", ProgramType.XDP, AttachType.XDP_CPUMAP);
    putFragments("xdp.frags", AttachType.XDP);
    putFragments("xdp.frags/devmap", AttachType.XDP_DEVMAP);
    putFragments("xdp.frags/cpumap", AttachType.XDP_CPUMAP);
    put("cgroup_skb/ingress", ProgramType.CGROUP_SKB, AttachType.CGROUP_INET_INGRESS);
    put("cgroup_skb/egress", ProgramType.CGROUP_SKB, AttachType.CGROUP_INET_EGRESS);
    put("cgroup/skb", ProgramType.CGROUP_SKB, AttachType.UNSPECIFIED);
    put("socket", ProgramType.SOCKET_FILTER, AttachType.UNSPECIFIED);
  }

  private ProgramSections() {}

  private static void put(String name, ProgramType type, AttachType attachType) {
    KINDS.put(name, new Kind(type, attachType, false));
  }

  private static void putFragments(String name, AttachType attachType) {
    KINDS.put(name, new Kind(ProgramType.XDP, attachType, true));
  }

  /**
   * What programs of a section are for; null if that has nothing to do with packets. A {@code ?} in
   * front says that they are optional.
   */
  static @Nullable Kind find(ElfSection section) {
    String name = section.name();
    return KINDS.get(name.startsWith("?") ? name.substring(1) : name);
  }

  /** The names of sections. */
  static String names() {
    return String.join(", ", KINDS.keySet());
  }
}
