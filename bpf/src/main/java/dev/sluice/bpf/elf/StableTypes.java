package dev.sluice.bpf.elf;

import dev.sluice.bpf.btf.BtfType;
import dev.sluice.bpf.relocation.Relocation;
import dev.sluice.bpf.relocation.RelocationKind;
import java.util.Map;
import java.util.Set;

/**
 * Contexts and headers are the same everywhere, whatever the kernel. So what a file says about the
 * place of their fields is right already, if it describes them as they are; that is what most
 * programs that are written against {@code vmlinux.h} need, and no kernel's types have to be read
 * for it.
 */
final class StableTypes {
  /** What is about where a field is and how many bits it has. */
  private static final Set<RelocationKind> LAYOUT =
      Set.of(
          RelocationKind.FIELD_BYTE_OFFSET,
          RelocationKind.FIELD_BYTE_SIZE,
          RelocationKind.FIELD_SIGNED,
          RelocationKind.FIELD_LSHIFT_U64,
          RelocationKind.FIELD_RSHIFT_U64);

  /** Headers, as standards lay them out, with their sizes in bytes. */
  private static final Map<String, Integer> HEADERS =
      Map.of(
          "ethhdr", 14,
          "vlan_hdr", 4,
          "arphdr", 8,
          "iphdr", 20,
          "ipv6hdr", 40,
          "in6_addr", 16,
          "tcphdr", 20,
          "udphdr", 8,
          "icmphdr", 8,
          "icmp6hdr", 8);

  /**
   * Contexts, to which kernels only add fields at the end, with the least size that tells that they
   * are described field by field.
   */
  private static final Map<String, Integer> CONTEXTS = Map.of("__sk_buff", 128, "xdp_md", 20);

  private StableTypes() {}

  /** Whether the answer to a relocation is the same in every kernel. */
  static boolean answers(Relocation relocation) {
    return LAYOUT.contains(relocation.kind())
        && relocation.types().type(relocation.types().plain(relocation.typeId())).orElse(null)
            instanceof BtfType.Composite struct
        && (HEADERS.getOrDefault(struct.name(), -1) == struct.size()
            || CONTEXTS.getOrDefault(struct.name(), Integer.MAX_VALUE) <= struct.size());
  }
}
