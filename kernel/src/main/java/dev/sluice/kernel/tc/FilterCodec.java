package dev.sluice.kernel.tc;

import dev.sluice.datapath.tc.ActionState;
import dev.sluice.datapath.tc.BpfFilter;
import dev.sluice.datapath.tc.Filter;
import dev.sluice.datapath.tc.U32;
import dev.sluice.kernel.netlink.Attributes;
import dev.sluice.kernel.netlink.MessageWriter;
import java.util.List;

/** The options of filters as {@code TCA_OPTIONS}. */
final class FilterCodec {
  private FilterCodec() {}

  /** Takes up what is told of a filter's actions beside their options. */
  static final class ActionStates {
    private List<ActionState> states = List.of();

    void set(List<ActionState> states) {
      this.states = states;
    }

    List<ActionState> get() {
      return states;
    }
  }

  /** Writes {@code TCA_OPTIONS}. */
  static void write(MessageWriter out, Filter filter) {
    switch (filter) {
      case U32 u32 -> U32Codec.write(out, u32);
      case BpfFilter bpf -> BpfFilterCodec.write(out, bpf);
      case Filter.Unknown unknown ->
          out.attribute(TcDescriptor.TCA_OPTIONS, unknown.options().toArray());
    }
  }

  /**
   * Reads the options of a filter.
   *
   * @param kind its kind
   * @param options stands at {@code TCA_OPTIONS}
   * @param states takes up the states of its actions
   */
  static Filter read(String kind, Attributes options, ActionStates states) {
    return switch (kind) {
      case "u32" -> U32Codec.read(options, states);
      case "bpf" -> BpfFilterCodec.read(options, states);
      default -> new Filter.Unknown(kind, options.bytes());
    };
  }
}
