package dev.sluice.kernel.tc;

/**
 * The layout of rtnetlink's traffic-control messages ({@code include/uapi/linux/rtnetlink.h},
 * {@code pkt_sched.h}, {@code pkt_cls.h}, {@code gen_stats.h} and {@code tc_act/*.h}). Numbers are
 * in host byte order unless said otherwise.
 */
final class TcDescriptor {
  private TcDescriptor() {}

  // struct tcmsg: u8 family, u8 pad, u16 pad, s32 ifindex, u32 handle, u32 parent, u32 info
  static final int TCMSG_LENGTH = 20;
  static final int TCMSG_INDEX = 4;
  static final int TCMSG_HANDLE = 8;
  static final int TCMSG_PARENT = 12;
  static final int TCMSG_INFO = 16;

  static final int TCA_KIND = 1;
  static final int TCA_OPTIONS = 2;
  static final int TCA_STATS = 3;
  static final int TCA_XSTATS = 4;
  static final int TCA_RATE = 5;
  static final int TCA_STATS2 = 7;
  static final int TCA_CHAIN = 11;
  static final int TCA_HW_OFFLOAD = 12;
  static final int TCA_INGRESS_BLOCK = 13;
  static final int TCA_EGRESS_BLOCK = 14;

  /** {@code struct tc_ratespec}. */
  static final class RateSpecLayout {
    static final int LENGTH = 12;
    static final int CELL_LOG = 0;
    static final int LINK_LAYER = 1;
    static final int LINK_LAYER_MASK = 0x0f;
    static final int OVERHEAD = 2;
    static final int CELL_ALIGN = 4;
    static final int MPU = 6;
    static final int RATE = 8;

    /** What stands for a rate that does not fit and so follows in an attribute of 64 bits. */
    static final long RATE_ELSEWHERE = 0xffff_ffffL;

    private RateSpecLayout() {}
  }

  /** {@code TCA_TBF_*} and {@code struct tc_tbf_qopt}. */
  static final class TbfLayout {
    static final int PARMS = 1;
    static final int RATE64 = 4;
    static final int PRATE64 = 5;
    static final int BURST = 6;
    static final int PBURST = 7;

    static final int RATE = 0;
    static final int PEAK_RATE = 12;
    static final int LIMIT = 24;
    static final int BUFFER = 28;
    static final int MTU = 32;

    private TbfLayout() {}
  }

  /**
   * {@code TCA_HTB_*}, {@code struct tc_htb_glob}, {@code tc_htb_opt} and {@code tc_htb_xstats}.
   */
  static final class HtbLayout {
    static final int PARMS = 1;
    static final int INIT = 2;
    static final int DIRECT_QLEN = 5;
    static final int RATE64 = 6;
    static final int CEIL64 = 7;
    static final int OFFLOAD = 9;

    static final int INIT_VERSION = 0;
    static final int INIT_R2Q = 4;
    static final int INIT_DEFAULT = 8;
    static final int INIT_DEBUG = 12;
    static final int INIT_DIRECT_PACKETS = 16;

    static final int RATE = 0;
    static final int CEIL = 12;
    static final int BUFFER = 24;
    static final int CEIL_BUFFER = 28;
    static final int QUANTUM = 32;
    static final int LEVEL = 36;
    static final int PRIORITY = 40;

    static final int LENDS = 0;
    static final int BORROWS = 4;
    static final int GIANTS = 8;
    static final int TOKENS = 12;
    static final int CEIL_TOKENS = 16;

    private HtbLayout() {}
  }

  /** {@code struct tc_prio_qopt}. */
  static final class PrioLayout {
    static final int BANDS = 0;
    static final int MAP = 4;
    static final int MAP_LENGTH = 16;

    private PrioLayout() {}
  }

  /** {@code TCA_U32_*}, {@code struct tc_u32_sel}, {@code tc_u32_key} and {@code tc_u32_mark}. */
  static final class U32Layout {
    static final int CLASSID = 1;
    static final int HASH = 2;
    static final int LINK = 3;
    static final int DIVISOR = 4;
    static final int SEL = 5;
    static final int POLICE = 6;
    static final int ACT = 7;
    static final int INDEV = 8;
    static final int PCNT = 9;
    static final int MARK = 10;
    static final int FLAGS = 11;

    static final int SEL_FLAGS = 0;
    static final int SEL_OFFSET_SHIFT = 1;
    static final int SEL_KEYS = 2;

    /** Network byte order. */
    static final int SEL_OFFSET_MASK = 4;

    static final int SEL_OFFSET = 6;
    static final int SEL_OFFSET_AT = 8;
    static final int SEL_HASH_AT = 10;

    /** Network byte order. */
    static final int SEL_HASH_MASK = 12;

    static final int SEL_LENGTH = 16;

    /** Network byte order. */
    static final int KEY_MASK = 0;

    /** Network byte order. */
    static final int KEY_VALUE = 4;

    static final int KEY_OFFSET = 8;
    static final int KEY_OFFSET_MASK = 12;
    static final int KEY_LENGTH = 16;

    static final int MARK_VALUE = 0;
    static final int MARK_MASK = 4;
    static final int MARK_SUCCESS = 8;

    static final int MOST_BUCKETS = 256;

    private U32Layout() {}
  }

  /** {@code TCA_BPF_*} and {@code struct sock_filter}. */
  static final class BpfLayout {
    static final int ACT = 1;
    static final int CLASSID = 3;
    static final int OPS_LEN = 4;
    static final int OPS = 5;
    static final int FD = 6;
    static final int NAME = 7;
    static final int FLAGS = 8;
    static final int FLAGS_GEN = 9;
    static final int TAG = 10;
    static final int ID = 11;

    /** {@code TCA_BPF_FLAG_ACT_DIRECT}. */
    static final int FLAG_DIRECT_ACTION = 1;

    static final int INSTRUCTION_LENGTH = 8;
    static final int MOST_INSTRUCTIONS = 4096;

    private BpfLayout() {}
  }

  /** {@code TCA_ACT_*} and what {@code struct tc_mirred} and {@code tc_gact} begin with. */
  static final class ActionLayout {
    static final int KIND = 1;
    static final int OPTIONS = 2;
    static final int STATS = 4;
    static final int COOKIE = 6;
    static final int FLAGS = 7;
    static final int HW_STATS = 8;
    static final int USED_HW_STATS = 9;
    static final int IN_HW_COUNT = 10;

    /** In the flags. */
    static final int NO_PERCPU_STATS = 1;

    /** In the options of mirred and gact: {@code struct tcf_t}. */
    static final int TM = 1;

    /** In the options of mirred and gact: {@code tc_gen} and the kind's own fields. */
    static final int PARMS = 2;

    /** In mirred's and gact's options: padding, which says nothing. */
    static final int PAD = 3;

    static final int GACT_PAD = 4;

    static final int INDEX = 0;
    static final int ACTION = 8;
    static final int REFERENCES = 12;
    static final int BINDINGS = 16;
    static final int MIRRED_MODE = 20;
    static final int MIRRED_DEVICE = 24;

    /** Times in 1/100 s ({@code USER_HZ}), 64 bits each. */
    static final int TM_INSTALLED = 0;

    static final int TM_LAST_USED = 8;
    static final int TM_EXPIRES = 16;
    static final int TM_FIRST_USED = 24;

    private ActionLayout() {}
  }

  /**
   * {@code TCA_STATS_*} in {@code TCA_STATS2}, and {@code struct tc_stats} in {@code TCA_STATS}.
   */
  static final class StatsLayout {
    static final int BASIC = 1;
    static final int RATE_EST = 2;
    static final int QUEUE = 3;
    static final int APP = 4;
    static final int RATE_EST64 = 5;
    static final int PKT64 = 8;

    static final int BASIC_BYTES = 0;
    static final int BASIC_PACKETS = 8;

    static final int QUEUE_LENGTH = 0;
    static final int QUEUE_BACKLOG = 4;
    static final int QUEUE_DROPS = 8;
    static final int QUEUE_REQUEUES = 12;
    static final int QUEUE_OVERLIMITS = 16;

    static final int LEGACY_BYTES = 0;
    static final int LEGACY_PACKETS = 8;
    static final int LEGACY_DROPS = 12;
    static final int LEGACY_OVERLIMITS = 16;
    static final int LEGACY_QUEUE_LENGTH = 28;
    static final int LEGACY_BACKLOG = 32;

    private StatsLayout() {}
  }
}
