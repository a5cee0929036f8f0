package dev.sluice.engine.filter;

import dev.sluice.datapath.tc.BpfFilter;
import dev.sluice.engine.program.EngineProgram;
import org.jspecify.annotations.Nullable;

/**
 * A bpf filter ({@code struct cls_bpf_prog}): a loaded program, which it holds, or a classic one.
 */
final class BpfNode {
  final int handle;
  final BpfFilter.Source source;
  final @Nullable EngineProgram program;
  final @Nullable ClassicProgram classic;
  final boolean directAction;
  final int flags;
  final ClassReference target;
  final ActionList actions;

  /**
   * A filter.
   *
   * @param source the program as listings tell it
   */
  BpfNode(
      int handle,
      BpfFilter.Source source,
      @Nullable EngineProgram program,
      @Nullable ClassicProgram classic,
      boolean directAction,
      int flags,
      ClassReference target,
      ActionList actions) {
    this.handle = handle;
    this.source = source;
    this.program = program;
    this.classic = classic;
    this.directAction = directAction;
    this.flags = flags;
    this.target = target;
    this.actions = actions;
  }
}
