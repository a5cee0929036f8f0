package dev.sluice.cli.prog;

import dev.sluice.bpf.ProgramType;
import dev.sluice.datapath.InvalidInput;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a program's context is before a run. */
final class ContextOptions {
  @Option(
      names = "--ctx",
      paramLabel = "HEX",
      description = "The whole context in hexadecimal, in host byte order.")
  private @Nullable String context;

  @Option(names = "--mark", paramLabel = "N", description = "The packet's mark before the run.")
  private @Nullable String mark;

  @Option(
      names = "--priority",
      paramLabel = "N|MAJOR:MINOR",
      description = "The packet's priority or class before the run.")
  private @Nullable String priority;

  @Option(
      names = "--with",
      paramLabel = "FIELD=N",
      description = {
        "Another field of the context: ifindex, ingress_ifindex, cb0 to cb4, tstamp, wire_len, …;",
        "of XDP programs ingress_ifindex and rx_queue_index."
      })
  private Map<String, String> fields = new LinkedHashMap<>();

  /** The context for a program; null for one that gets none. */
  @Nullable RunContext context(@Nullable ProgramType type) {
    ContextLayout layout = ContextLayout.of(type);
    if (layout != ContextLayout.SOCKET_BUFFER && (mark != null || priority != null)) {
      throw invalid(
          "--mark and --priority are for programs that see socket buffers; give --with or --ctx");
    }
    if (layout == null) {
      if (context != null || !fields.isEmpty()) {
        throw invalid("test runs of programs of this type have no context");
      }
      return null;
    }
    RunContext made =
        RunContext.of(layout, context == null ? new byte[0] : PacketOption.hex(context, "--ctx"));
    fields.forEach(made::set);
    if (mark != null) {
      made.set("mark", mark);
    }
    if (priority != null) {
      made.set("priority", priority);
    }
    return made;
  }

  private static InvalidInput invalid(String problem) {
    return new InvalidInput("command line", 0, 0, problem);
  }
}
