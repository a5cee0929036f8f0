package dev.sluice.kernel.bpf;

/**
 * Where the fields of {@code union bpf_attr} are ({@code include/uapi/linux/bpf.h}): a class for
 * each of its members, offsets in bytes, numbers in host byte order.
 *
 * <p>{@code SIZE} is as much of a member as Sluice fills. The kernel takes a shorter structure for
 * one that goes on with zeros, and refuses a longer one with {@code E2BIG} unless what it does not
 * know is zero.
 */
final class BpfAttr {
  private BpfAttr() {}

  /** The length of name fields ({@code BPF_OBJ_NAME_LEN}), with the terminating zero. */
  static final int NAME_LENGTH = 16;

  /** For {@code BPF_MAP_CREATE}. */
  static final class MapCreate {
    static final int TYPE = 0;
    static final int KEY_SIZE = 4;
    static final int VALUE_SIZE = 8;
    static final int MAX_ENTRIES = 12;
    static final int FLAGS = 16;
    static final int INNER_MAP_FD = 20;
    static final int NAME = 28;
    static final int BTF_FD = 48;
    static final int BTF_KEY_TYPE_ID = 52;
    static final int BTF_VALUE_TYPE_ID = 56;
    static final int EXTRA = 64;
    static final int SIZE = 72;

    private MapCreate() {}
  }

  /** For the commands on one entry of a map. */
  static final class MapElement {
    static final int MAP_FD = 0;
    static final int KEY = 8;
    static final int VALUE = 16;
    static final int NEXT_KEY = 16;
    static final int FLAGS = 24;
    static final int SIZE = 32;

    private MapElement() {}
  }

  /** For the commands on many entries of a map. */
  static final class MapBatch {
    static final int IN_BATCH = 0;
    static final int OUT_BATCH = 8;
    static final int KEYS = 16;
    static final int VALUES = 24;
    static final int COUNT = 32;
    static final int MAP_FD = 36;
    static final int ELEMENT_FLAGS = 40;
    static final int SIZE = 56;

    private MapBatch() {}
  }

  /** For {@code BPF_PROG_LOAD}. */
  static final class ProgramLoad {
    static final int TYPE = 0;
    static final int INSTRUCTION_COUNT = 4;
    static final int INSTRUCTIONS = 8;
    static final int LICENSE = 16;
    static final int LOG_LEVEL = 24;
    static final int LOG_SIZE = 28;
    static final int LOG_BUFFER = 32;
    static final int FLAGS = 44;
    static final int NAME = 48;
    static final int EXPECTED_ATTACH_TYPE = 68;
    static final int BTF_FD = 72;
    static final int FUNC_INFO_RECORD_SIZE = 76;
    static final int FUNC_INFO = 80;
    static final int FUNC_INFO_COUNT = 88;
    static final int LINE_INFO_RECORD_SIZE = 92;
    static final int LINE_INFO = 96;
    static final int LINE_INFO_COUNT = 104;
    static final int SIZE = 112;

    private ProgramLoad() {}
  }

  /** For {@code BPF_OBJ_PIN} and {@code BPF_OBJ_GET}. */
  static final class Pin {
    static final int PATH = 0;
    static final int FD = 8;
    static final int SIZE = 16;

    private Pin() {}
  }

  /** For {@code BPF_PROG_ATTACH} and {@code BPF_PROG_DETACH}. */
  static final class ProgramAttach {
    static final int TARGET = 0;
    static final int PROGRAM_FD = 4;
    static final int ATTACH_TYPE = 8;
    static final int FLAGS = 12;
    static final int REPLACE_FD = 16;
    static final int RELATIVE = 20;
    static final int EXPECTED_REVISION = 24;
    static final int SIZE = 32;

    private ProgramAttach() {}
  }

  /** For {@code BPF_PROG_TEST_RUN}. */
  static final class TestRun {
    static final int PROGRAM_FD = 0;
    static final int RESULT = 4;
    static final int DATA_SIZE_IN = 8;
    static final int DATA_SIZE_OUT = 12;
    static final int DATA_IN = 16;
    static final int DATA_OUT = 24;
    static final int REPEAT = 32;
    static final int DURATION = 36;
    static final int CONTEXT_SIZE_IN = 40;
    static final int CONTEXT_SIZE_OUT = 44;
    static final int CONTEXT_IN = 48;
    static final int CONTEXT_OUT = 56;
    static final int FLAGS = 64;
    static final int BATCH_SIZE = 72;
    static final int SIZE = 80;

    private TestRun() {}
  }

  /** For the commands that walk over objects and open them by number. */
  static final class ById {
    static final int ID = 0;
    static final int NEXT_ID = 4;
    static final int SIZE = 12;

    private ById() {}
  }

  /** For {@code BPF_OBJ_GET_INFO_BY_FD}. */
  static final class InfoByFd {
    static final int FD = 0;
    static final int LENGTH = 4;
    static final int INFO = 8;
    static final int SIZE = 16;

    private InfoByFd() {}
  }

  /** For {@code BPF_PROG_QUERY}. */
  static final class ProgramQuery {
    static final int TARGET = 0;
    static final int ATTACH_TYPE = 4;
    static final int ATTACH_FLAGS = 12;
    static final int PROGRAM_IDS = 16;
    static final int COUNT = 24;
    static final int LINK_IDS = 40;
    static final int REVISION = 56;
    static final int SIZE = 64;

    private ProgramQuery() {}
  }

  /** For {@code BPF_BTF_LOAD}. */
  static final class BtfLoad {
    static final int BTF = 0;
    static final int LOG_BUFFER = 8;
    static final int BTF_SIZE = 16;
    static final int LOG_SIZE = 20;
    static final int LOG_LEVEL = 24;
    static final int SIZE = 28;

    private BtfLoad() {}
  }

  /** For {@code BPF_LINK_CREATE} at TCX. */
  static final class LinkCreate {
    static final int PROGRAM_FD = 0;
    static final int TARGET = 4;
    static final int ATTACH_TYPE = 8;
    static final int FLAGS = 12;
    static final int RELATIVE = 16;
    static final int EXPECTED_REVISION = 24;
    static final int SIZE = 32;

    private LinkCreate() {}
  }

  /** For {@code BPF_LINK_UPDATE}. */
  static final class LinkUpdate {
    static final int LINK_FD = 0;
    static final int PROGRAM_FD = 4;
    static final int FLAGS = 8;
    static final int OLD_PROGRAM_FD = 12;
    static final int SIZE = 16;

    private LinkUpdate() {}
  }

  /** For the commands whose only field is a number: link detach, map freeze, statistics. */
  static final class Single {
    static final int NUMBER = 0;
    static final int SIZE = 4;

    private Single() {}
  }

  /** Flags of {@code attach_flags} and of {@code link_create.flags} ({@code BPF_F_*}). */
  static final class AttachFlag {
    /** At control groups: programs of others may be there, too. */
    static final int ALLOW_MULTI = 1 << 1;

    static final int REPLACE = 1 << 2;
    static final int BEFORE = 1 << 3;
    static final int AFTER = 1 << 4;
    static final int ID = 1 << 5;
    static final int LINK = 1 << 13;

    private AttachFlag() {}
  }

  /** Test run on real frames of a device ({@code BPF_F_TEST_XDP_LIVE_FRAMES}). */
  static final int TEST_XDP_LIVE_FRAMES = 1 << 1;

  /** Count runs and their time ({@code BPF_STATS_RUN_TIME}). */
  static final int STATS_RUN_TIME = 0;
}
