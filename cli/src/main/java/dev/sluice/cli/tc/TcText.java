package dev.sluice.cli.tc;

import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.tc.ClassEntry;
import dev.sluice.datapath.tc.FilterEntry;
import dev.sluice.datapath.tc.QdiscEntry;
import dev.sluice.datapath.tc.TrafficControl.FilterQuery;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Single entries as the listings print them, for other commands to show. */
public final class TcText {
  private final Session session;

  /**
   * Texts of a datapath's entries.
   *
   * @param datapath where names of devices are looked up; stays the caller's
   */
  public TcText(Datapath datapath) {
    session = new Session(new Options(), _ -> datapath, new Problems());
  }

  /** A qdisc, without its device: {@code qdisc htb 1: root refcnt 2 r2q 10 default 0x12 …}. */
  public String of(QdiscEntry entry) {
    return print(sheet -> QdiscSheet.print(entry, false, sheet));
  }

  /** A class: {@code class htb 1:10 parent 1:1 prio 0 rate 8Mbit ceil 10Mbit …}. */
  public String of(ClassEntry entry) {
    return print(sheet -> ClassSheet.print(entry, false, sheet));
  }

  /** A filter, without what asks it: {@code filter protocol all pref 49152 bpf chain 0 …}. */
  public String of(FilterEntry entry) {
    FilterQuery query = FilterQuery.all(entry.device(), entry.parent());
    return print(sheet -> new FilterSheet(query, session, sheet).print(entry));
  }

  /** A protocol by its name, {@code all} or {@code ip}. */
  public static String protocol(int protocol) {
    return Protocols.name(protocol, false);
  }

  /** Prints to a string, without the blanks that tc leaves at the ends of lines. */
  private String print(Consumer<Sheet> printer) {
    var bytes = new ByteArrayOutputStream();
    Sheet sheet =
        new Sheet(new PrintStream(bytes, false, StandardCharsets.UTF_8), session.options());
    printer.accept(sheet);
    sheet.flush();
    return bytes
        .toString(StandardCharsets.UTF_8)
        .lines()
        .map(String::stripTrailing)
        .collect(Collectors.joining("\n"));
  }
}
