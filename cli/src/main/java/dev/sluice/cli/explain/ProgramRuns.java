package dev.sluice.cli.explain;

import dev.sluice.bpf.ProgramType;
import dev.sluice.cli.prog.TracedRun;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.SluiceException;
import dev.sluice.datapath.program.BpfMap;
import dev.sluice.datapath.program.Program;
import org.jspecify.annotations.Nullable;

/**
 * Runs programs where they are loaded. A test run is real: it counts, learns and sends events as
 * any run does, so those of others that have maps they may write run only if that is allowed.
 *
 * @param datapath where they are loaded
 * @param sideEffects whether programs of others may write their maps
 */
record ProgramRuns(Datapath datapath, boolean sideEffects) {
  /** {@code BPF_F_RDONLY_PROG} of {@code include/uapi/linux/bpf.h}. */
  private static final int READ_ONLY = 1 << 7;

  /**
   * What came of it.
   *
   * @param run the run; null if there was none
   * @param refusal why not; null if there was
   */
  record Outcome(@Nullable TracedRun run, @Nullable String refusal) {}

  /** Runs a program on a packet. */
  Outcome run(int id, ProgramType type, Traveller traveller, boolean mine, int deviceIndex) {
    try (Program program = datapath.programs().open(id)) {
      String writes = mine || sideEffects ? null : writtenMap(program);
      if (writes != null) {
        return new Outcome(
            null,
            "not run: it may write its map %s, which is not Sluice's; --allow-side-effects runs it"
                .formatted(writes));
      }
      byte[] context =
          type == ProgramType.XDP
              ? TracedRun.contextAt(type, deviceIndex, true)
              : traveller.context();
      return new Outcome(TracedRun.of(program, type, traveller.packet(), context), null);
    } catch (SluiceException e) {
      return new Outcome(null, "not run: " + e.getMessage());
    }
  }

  /** A map that the program may write; null if there is none. */
  private @Nullable String writtenMap(Program program) {
    for (int id : program.info().mapIds()) {
      try (BpfMap map = datapath.maps().open(id)) {
        if ((map.info().flags() & READ_ONLY) == 0) {
          return map.info().name();
        }
      } catch (NotFound _) {
        // It went, and so did what could be written.
      }
    }
    return null;
  }
}
