package dev.sluice.bpf.elf;

import dev.sluice.bpf.btf.Btf;
import dev.sluice.bpf.btf.BtfType;
import java.util.List;
import java.util.Map;

/**
 * What an instruction wants to know of the running kernel's types ({@code struct bpf_core_relo}):
 * where a field is, how large a type, what an enumerator's value.
 *
 * <p>Contexts and headers are the same everywhere, whatever the kernel. So what a file says about
 * the place of their fields is right already, if it describes them as they are; that is what most
 * programs that are written against {@code vmlinux.h} need.
 *
 * @param typeId the type that is meant
 * @param access offset of the text that says which part of it, such as {@code 0:7}
 * @param kind {@code enum bpf_core_relo_kind}
 */
record KernelRelocation(Btf btf, int typeId, int access, int kind) {
  /** Kinds that are about where a field is and how many bits it has; 2 asks if there is one. */
  private static final List<Integer> LAYOUT = List.of(0, 1, 3, 4, 5);

  private static final List<String> KINDS =
      List.of(
          "the place",
          "the size",
          "the existence",
          "the sign",
          "the bits",
          "the bits",
          "the number",
          "the number",
          "the existence",
          "the size",
          "the existence",
          "the value",
          "the layout");

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

  /** Whether the answer is the same in every kernel, so that it stands in the file already. */
  boolean isSameEverywhere() {
    return LAYOUT.contains(kind)
        && btf.type(BtfTypes.plain(btf, typeId)).orElse(null) instanceof BtfType.Composite struct
        && (HEADERS.getOrDefault(struct.name(), -1) == struct.size()
            || CONTEXTS.getOrDefault(struct.name(), Integer.MAX_VALUE) <= struct.size());
  }

  /** What is wanted, in words. */
  String describe() {
    String what = kind >= 0 && kind < KINDS.size() ? KINDS.get(kind) : "kind " + kind;
    String name = btf.type(BtfTypes.plain(btf, typeId)).map(BtfType::name).orElse("");
    return "%s of '%s' (%s)"
        .formatted(what, name.isEmpty() ? "type " + typeId : name, btf.text(access));
  }
}
