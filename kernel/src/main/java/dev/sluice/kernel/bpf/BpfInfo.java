package dev.sluice.kernel.bpf;

/**
 * Where the fields of the structures are that {@code BPF_OBJ_GET_INFO_BY_FD} fills ({@code
 * include/uapi/linux/bpf.h}). A kernel older than a field leaves it zero.
 */
final class BpfInfo {
  private BpfInfo() {}

  /** {@code struct bpf_prog_info}. */
  static final class Program {
    static final int TYPE = 0;
    static final int ID = 4;
    static final int TAG = 8;
    static final int COMPILED_LENGTH = 16;
    static final int TRANSLATED_LENGTH = 20;
    static final int TRANSLATED_INSTRUCTIONS = 32;
    static final int LOAD_TIME = 40;
    static final int CREATED_BY_UID = 48;
    static final int MAP_COUNT = 52;
    static final int MAP_IDS = 56;
    static final int NAME = 64;
    static final int GPL_COMPATIBLE = 84;
    static final int BTF_ID = 128;
    static final int FUNC_INFO_RECORD_SIZE = 132;
    static final int FUNC_INFO = 136;
    static final int FUNC_INFO_COUNT = 144;
    static final int LINE_INFO_COUNT = 148;
    static final int LINE_INFO = 152;
    static final int LINE_INFO_RECORD_SIZE = 172;
    static final int RUN_TIME = 192;
    static final int RUN_COUNT = 200;
    static final int VERIFIED_INSTRUCTIONS = 216;
    static final int SIZE = 232;

    private Program() {}
  }

  /** {@code struct bpf_map_info}. */
  static final class Map {
    static final int TYPE = 0;
    static final int ID = 4;
    static final int KEY_SIZE = 8;
    static final int VALUE_SIZE = 12;
    static final int MAX_ENTRIES = 16;
    static final int FLAGS = 20;
    static final int NAME = 24;
    static final int BTF_ID = 64;
    static final int BTF_KEY_TYPE_ID = 68;
    static final int BTF_VALUE_TYPE_ID = 72;
    static final int SIZE = 88;

    private Map() {}
  }

  /** {@code struct bpf_link_info}. */
  static final class Link {
    static final int TYPE = 0;
    static final int ID = 4;
    static final int PROGRAM_ID = 8;

    /** Of TCX, netkit and XDP links. */
    static final int DEVICE_INDEX = 16;

    /** Of TCX and netkit links. */
    static final int ATTACH_TYPE = 20;

    /** Of links at control groups; a long. */
    static final int CGROUP_ID = 16;

    /** Of links at control groups. */
    static final int CGROUP_ATTACH_TYPE = 24;

    static final int SIZE = 64;

    private Link() {}
  }

  /** {@code struct bpf_btf_info}. */
  static final class Btf {
    static final int BTF = 0;
    static final int BTF_SIZE = 8;
    static final int SIZE = 32;

    private Btf() {}
  }
}
