package dev.sluice.datapath;

/** What a datapath may or may not be able to do. */
public enum Feature {
  /** Programs in an ordered chain at a device ({@code bpf_mprog}). */
  TCX("TCX chains and links", Group.HOOK),
  /** The classic hook for programs: a qdisc that only holds filters. */
  CLSACT("clsact qdisc", Group.HOOK),
  /** Programs before the socket buffer is made. */
  XDP("XDP", Group.HOOK),
  /** The BPF-programmable network device. */
  NETKIT("netkit device", Group.HOOK),
  /** Programs at a control group. */
  CGROUP_SKB("cgroup skb programs", Group.HOOK),
  /** An order and a revision of the programs at a control group. */
  CGROUP_ORDER("cgroup order and revision", Group.HOOK),
  /** Links at XDP. */
  XDP_LINK("XDP links", Group.HOOK),
  /** Token bucket filter. */
  TBF("qdisc tbf", Group.QDISC),
  /** Hierarchical token bucket. */
  HTB("qdisc htb", Group.QDISC),
  /** Packet-counted FIFO. */
  PFIFO("qdisc pfifo", Group.QDISC),
  /** Byte-counted FIFO. */
  BFIFO("qdisc bfifo", Group.QDISC),
  /** Packet-counted FIFO that drops at its head. */
  PFIFO_HEAD_DROP("qdisc pfifo_head_drop", Group.QDISC),
  /** Three-band FIFO. */
  PFIFO_FAST("qdisc pfifo_fast", Group.QDISC),
  /** Match on words of the packet. */
  U32("filter u32", Group.FILTER),
  /** Match with a program. */
  CLS_BPF("filter bpf", Group.FILTER),
  /** {@code match mark} in u32; where it is missing the kernel silently matches everything. */
  U32_MARK("filter u32 match mark", Group.FILTER),
  /** Redirect or mirror to a device. */
  MIRRED("action mirred", Group.ACTION),
  /** Drop, pass and other plain verdicts. */
  GACT("action gact", Group.ACTION),
  /** Hash map. */
  MAP_HASH("map hash", Group.MAP),
  /** Array map. */
  MAP_ARRAY("map array", Group.MAP),
  /** Hash map that evicts the least recently used entry. */
  MAP_LRU_HASH("map lru_hash", Group.MAP),
  /** Hash map with a value per CPU. */
  MAP_PERCPU_HASH("map percpu_hash", Group.MAP),
  /** Array map with a value per CPU. */
  MAP_PERCPU_ARRAY("map percpu_array", Group.MAP),
  /** Longest-prefix-match trie. */
  MAP_LPM_TRIE("map lpm_trie", Group.MAP),
  /** Array of programs for tail calls. */
  MAP_PROG_ARRAY("map prog_array", Group.MAP),
  /** Array of perf events. */
  MAP_PERF_EVENT_ARRAY("map perf_event_array", Group.MAP),
  /** Ring buffer. */
  MAP_RINGBUF("map ringbuf", Group.MAP),
  /** Array of maps. */
  MAP_ARRAY_OF_MAPS("map array_of_maps", Group.MAP),
  /** Hash of maps. */
  MAP_HASH_OF_MAPS("map hash_of_maps", Group.MAP),
  /** Many map entries in one call. */
  MAP_BATCH("map batch operations", Group.MAP),
  /** Type information. */
  BTF("BTF", Group.PROGRAM),
  /** Running a loaded program on given bytes. */
  TEST_RUN("program test run", Group.PROGRAM),
  /** Injecting live frames with an XDP test run. */
  XDP_LIVE_FRAMES("XDP live frames", Group.PROGRAM),
  /** Calls between functions of a program. */
  BPF_TO_BPF_CALLS("calls between functions", Group.PROGRAM),
  /** Instruction set version 3: 32-bit jumps. */
  ISA_V3("instruction set v3", Group.PROGRAM),
  /** Instruction set version 4: signed division, sign extension, long jumps. */
  ISA_V4("instruction set v4", Group.PROGRAM),
  /** Loops by callback. */
  BPF_LOOP("helper bpf_loop", Group.PROGRAM);

  private final String title;
  private final Group group;

  Feature(String title, Group group) {
    this.title = title;
    this.group = group;
  }

  /** A short name for people. */
  public String title() {
    return title;
  }

  /** What kind of feature it is. */
  public Group group() {
    return group;
  }

  /** Kinds of features, in the order they are listed. */
  public enum Group {
    /** Where programs attach. */
    HOOK,
    /** Queueing disciplines. */
    QDISC,
    /** Filters. */
    FILTER,
    /** Actions. */
    ACTION,
    /** Map types. */
    MAP,
    /** What programs may do. */
    PROGRAM
  }
}
