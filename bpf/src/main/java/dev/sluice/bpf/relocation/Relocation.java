package dev.sluice.bpf.relocation;

import dev.sluice.bpf.btf.Btf;
import dev.sluice.bpf.btf.BtfType;

/**
 * What an instruction wants to know of a type ({@code struct bpf_core_relo} in {@code
 * linux/bpf.h}).
 *
 * @param types the types of the object file
 * @param typeId the type that is meant
 * @param access which part of it: {@code 0:7:1} is member 1 of member 7, {@code 0:3} the third
 *     enumerator, {@code 0} the type itself
 * @param kind what is wanted
 */
public record Relocation(Btf types, int typeId, String access, RelocationKind kind) {
  /** The name of the type without its flavour; empty if it has none. */
  public String typeName() {
    return EssentialName.of(types.type(typeId).map(BtfType::name).orElse(""));
  }

  /** In words: {@code the place of field 'sk_buff.len' (0:3)}. */
  public String describe() {
    String what;
    try {
      what = AccessPath.of(this).describe();
    } catch (RelocationException _) {
      what = "type " + typeId;
    }
    return "the %s of %s".formatted(kind.title(), what);
  }
}
