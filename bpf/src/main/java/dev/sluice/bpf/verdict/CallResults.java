package dev.sluice.bpf.verdict;

import dev.sluice.bpf.Call;
import dev.sluice.bpf.HelperFunction;
import dev.sluice.bpf.ProgramType;
import dev.sluice.bpf.Register;

/** What helpers return that programs return in turn. */
final class CallResults {
  private static final ValueSet TC_REDIRECT = ValueSet.of(7, 2);
  private static final ValueSet XDP_REDIRECT = ValueSet.of(4, 0);
  private static final int ACTION_BITS = 3;

  private final ProgramType type;

  /** Results for programs of a type. */
  CallResults(ProgramType type) {
    this.type = type;
  }

  /** Whether the rest of the function may never run. */
  static boolean isTailCall(Call.Helper call) {
    return call.function().filter(each -> each == HelperFunction.TAIL_CALL).isPresent();
  }

  /** What R0 holds afterwards ({@code net/core/filter.c}). */
  ValueSet of(Call.Helper call, MachineState state) {
    HelperFunction function = call.function().orElse(null);
    return switch (function) {
      case REDIRECT -> type == ProgramType.XDP ? XDP_REDIRECT : TC_REDIRECT;
      case REDIRECT_NEIGH, REDIRECT_PEER -> TC_REDIRECT;
      case REDIRECT_MAP -> mapRedirect(state.get(Register.R3));
      case null, default -> ValueSet.ANY;
    };
  }

  /** XDP_REDIRECT, or if there is nothing in the map, the lowest bits of the flags. */
  private static ValueSet mapRedirect(ValueSet flags) {
    ValueSet missing =
        flags.isKnown() ? flags.map(each -> each & ACTION_BITS) : ValueSet.below(ACTION_BITS + 1);
    return missing.join(XDP_REDIRECT);
  }
}
