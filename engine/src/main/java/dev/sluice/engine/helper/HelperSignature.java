package dev.sluice.engine.helper;

import dev.sluice.bpf.HelperFunction;
import java.util.List;

/**
 * What the verifier knows of a helper ({@code struct bpf_func_proto}).
 *
 * @param helper the helper
 * @param returns what it leaves in R0
 * @param arguments what it expects in R1 and on, up to five
 * @param fixedSize bytes of its {@link ArgumentKind#FIXED_MEMORY} argument, 0 if it has none
 * @param changesPacket whether packet pointers are invalid after a call ({@code
 *     bpf_helper_changes_pkt_data})
 * @param readsPacket whether memory arguments may lie in the packet ({@code pkt_access})
 * @param gplOnly whether only programs under a GPL-compatible licence may call it
 */
public record HelperSignature(
    HelperFunction helper,
    ReturnKind returns,
    List<ArgumentKind> arguments,
    int fixedSize,
    boolean changesPacket,
    boolean readsPacket,
    boolean gplOnly) {
  /** Copies the list. */
  public HelperSignature {
    arguments = List.copyOf(arguments);
  }

  /** How many arguments it has. */
  public int argumentCount() {
    return arguments.size();
  }
}
