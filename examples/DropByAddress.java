import dev.sluice.compiler.program.*;

/**
 * Drops IPv4 packets by their source address, and counts what it drops. All other packets go on to
 * the next program.
 *
 * <p>The table {@code blocked} holds the prefixes; its values mean nothing. {@code --set
 * blocked:192.0.2.0/24=1} blocks one when the program is attached, {@code sluice map update blocked
 * key 192.0.2.0/24 value 1} later.
 */
public final class DropByAddress {
  record Prefix(int length, @NetworkOrder int address) {}

  record Totals(long packets, long bytes) {}

  static final Table<Prefix, Integer> BLOCKED = Table.prefixes(Prefix.class, Integer.class, 16_384);
  static final Table<Integer, Totals> DROPPED = Table.array(Totals.class, 1);

  @BpfProgram(name = "drop_by_address", otherwise = Verdict.NEXT)
  public static int drop(SkBuff skb) {
    if (skb.u16(12) != Ethernet.IPV4) {
      return Verdict.NEXT;
    }
    Ipv4 ip = new Ipv4(skb, 14);
    // A whole address: its longest prefix in the table is looked for.
    if (BLOCKED.get(new Prefix(32, ip.source())) == null) {
      return Verdict.NEXT;
    }
    Cell<Totals> totals = DROPPED.cell(0);
    if (totals != null) {
      totals.add("packets", 1);
      totals.add("bytes", skb.length());
    }
    return Verdict.DROP;
  }
}
