package dev.sluice.cli.prog;

import dev.sluice.bpf.ProgramType;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the context of a program is in a test run, in host byte order ({@code
 * include/uapi/linux/bpf.h}), and which of its fields the run heeds and reports ({@code
 * net/bpf/test_run.c}).
 */
enum ContextLayout {
  /** {@code struct __sk_buff}; the fields of {@code convert___skb_to_skb}. */
  SOCKET_BUFFER(192),
  /** {@code struct xdp_md}; the fields of {@code xdp_convert_md_to_buff}. */
  XDP(24);

  /** A field: where it is and how long. */
  record Field(int offset, int size) {}

  private static final Map<String, Field> BUFFER_FIELDS = new LinkedHashMap<>();
  private static final Map<String, Field> XDP_FIELDS = new LinkedHashMap<>();

  static {
    BUFFER_FIELDS.put("mark", new Field(8, 4));
    BUFFER_FIELDS.put("priority", new Field(32, 4));
    BUFFER_FIELDS.put("ingress_ifindex", new Field(36, 4));
    BUFFER_FIELDS.put("ifindex", new Field(40, 4));
    for (int i = 0; i < 5; i++) {
      BUFFER_FIELDS.put("cb" + i, new Field(48 + 4 * i, 4));
    }
    BUFFER_FIELDS.put("tstamp", new Field(152, 8));
    BUFFER_FIELDS.put("wire_len", new Field(160, 4));
    BUFFER_FIELDS.put("gso_segs", new Field(164, 4));
    BUFFER_FIELDS.put("gso_size", new Field(176, 4));
    BUFFER_FIELDS.put("hwtstamp", new Field(184, 8));
    XDP_FIELDS.put("ingress_ifindex", new Field(12, 4));
    XDP_FIELDS.put("rx_queue_index", new Field(16, 4));
  }

  private final int size;

  ContextLayout(int size) {
    this.size = size;
  }

  /** The layout of a type's context; null if test runs give programs of that type none. */
  static @Nullable ContextLayout of(@Nullable ProgramType type) {
    return switch (type) {
      case SCHED_CLS, SCHED_ACT, CGROUP_SKB, SOCKET_FILTER -> SOCKET_BUFFER;
      case XDP -> XDP;
      case null, default -> null;
    };
  }

  /** Bytes of the structure. */
  int size() {
    return size;
  }

  /** The fields that can be set, by their names. */
  Map<String, Field> fields() {
    return Collections.unmodifiableMap(
        switch (this) {
          case SOCKET_BUFFER -> BUFFER_FIELDS;
          case XDP -> XDP_FIELDS;
        });
  }
}
