package dev.sluice.bpf.elf;

import dev.sluice.bpf.Instruction;
import dev.sluice.bpf.relocation.KernelTypes;
import dev.sluice.bpf.relocation.Patch;
import dev.sluice.bpf.relocation.Relocation;
import dev.sluice.bpf.relocation.RelocationException;
import dev.sluice.bpf.relocation.RelocationKind;
import dev.sluice.bpf.relocation.Relocator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Relocates instructions for a kernel, whose types are looked at when they are first needed. */
final class KernelAnswers {
  private final KernelFacts facts;
  private @Nullable Relocator relocator;

  KernelAnswers(KernelFacts facts) {
    this.facts = facts;
  }

  /** The instructions in the place of one that depends on the kernel. */
  List<Instruction> patch(
      String place,
      ElfFunction function,
      int slot,
      Instruction instruction,
      Relocation relocation) {
    try {
      return Patch.apply(
          instruction, relocator(place, function, slot, relocation).answer(relocation));
    } catch (RelocationException e) {
      throw new ElfFault(
          place,
          "slot %d of function %s wants to know %s: %s"
              .formatted(slot, function.name(), relocation.describe(), e.getMessage()));
    }
  }

  private Relocator relocator(String place, ElfFunction function, int slot, Relocation relocation) {
    Relocator known = relocator;
    if (known != null) {
      return known;
    }
    Optional<KernelTypes> types = facts.types();
    if (types.isEmpty() && relocation.kind() != RelocationKind.TYPE_ID_LOCAL) {
      throw new ElfFault(
          place,
          ("slot %d of function %s depends on %s in the kernel that it runs in (CO-RE), and the"
                  + " types of %s are not known")
              .formatted(slot, function.name(), relocation.describe(), facts.name()));
    }
    Relocator made = new Relocator(types.orElseGet(KernelTypes::none));
    relocator = types.isEmpty() ? null : made;
    return made;
  }
}
