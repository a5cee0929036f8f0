import dev.sluice.compiler.program.*;

/**
 * Counts packets and bytes, and leaves the decision to the next program.
 *
 * <p>Each processor has its own counters, so that none waits for another; {@code sluice map dump
 * counters} adds them up.
 */
public final class Count {
  record Totals(long packets, long bytes) {}

  static final Table<Integer, Totals> COUNTERS = Table.perCpuArray(Totals.class, 1);

  @BpfProgram(otherwise = Verdict.NEXT)
  public static int count(SkBuff skb) {
    Cell<Totals> totals = COUNTERS.cell(0);
    if (totals != null) {
      totals.add("packets", 1);
      totals.add("bytes", skb.length());
    }
    return Verdict.NEXT;
  }
}
