package dev.sluice.engine.chain;

import dev.sluice.engine.skb.SocketBuffer;
import dev.sluice.engine.vm.Execution;

/** The programs at a TCX hook, in order ({@code bpf_mprog} in {@code kernel/bpf/mprog.c}). */
public interface ProgramChain {
  /**
   * Runs the programs on a packet ({@code tcx_run} in {@code net/core/dev.c}).
   *
   * @return −1 to go on with the classic filters, or the verdict: 0, 2 or 7
   */
  int run(Execution execution, SocketBuffer packet);

  /** Whether it holds no program. */
  boolean isEmpty();
}
