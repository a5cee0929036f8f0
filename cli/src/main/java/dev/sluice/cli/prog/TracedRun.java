package dev.sluice.cli.prog;

import dev.sluice.bpf.ProgramType;
import dev.sluice.datapath.Bytes;
import dev.sluice.datapath.program.Program;
import dev.sluice.datapath.program.TestRun;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A run of a program as one of several that see the same packet.
 *
 * @param verdict what it returned
 * @param verdictText its name and number
 * @param packet the packet behind it
 * @param context the context behind it, as the next run of the same type takes it
 * @param changes what it changed, for people
 */
public record TracedRun(
    int verdict, String verdictText, Bytes packet, Bytes context, List<String> changes) {
  private static final String WIRE_LENGTH = "wire_len";

  /** Copies the list. */
  public TracedRun {
    changes = List.copyOf(changes);
  }

  /** A context of a type in which only the device is set: where a packet is, or came in by. */
  public static byte[] contextAt(ProgramType type, int deviceIndex, boolean arriving) {
    ContextLayout layout = layout(type);
    RunContext context = RunContext.of(layout, new byte[0]);
    String index = Integer.toString(deviceIndex);
    if (layout == ContextLayout.XDP) {
      context.set("ingress_ifindex", index);
      return context.forPacket(0).toArray();
    }
    context.set("ifindex", index);
    if (arriving) {
      context.set("ingress_ifindex", index);
    }
    return context.forPacket(0).toArray();
  }

  private static ContextLayout layout(ProgramType type) {
    ContextLayout layout = ContextLayout.of(type);
    if (layout == null) {
      throw new IllegalArgumentException("test runs of " + type + " have no context");
    }
    return layout;
  }

  /**
   * Runs a program.
   *
   * @param context what the run before it left, or {@link #contextAt}
   */
  public static TracedRun of(Program program, ProgramType type, byte[] packet, byte[] context) {
    ContextLayout layout = layout(type);
    RunContext before = RunContext.of(layout, context);
    TestRun.Result result =
        program.testRun(TestRun.of(packet).withContext(before.forPacket(packet.length)));
    RunContext after = RunContext.of(layout, result.context().toArray());
    byte[] bytes = result.packet().toArray();
    int metadata = Math.min(after.metadataBytes(), bytes.length);
    byte[] left = Arrays.copyOfRange(bytes, metadata, bytes.length);
    List<String> changes = new ArrayList<>();
    if (!Arrays.equals(packet, left)) {
      HeaderFields.changes(packet, left).forEach(change -> changes.add(change.toString()));
      if (changes.isEmpty()) {
        changes.add(DescribedPacket.difference(packet, left));
      }
    }
    before.changes(after, packet.length).stream()
        .filter(change -> !change.field().equals(WIRE_LENGTH))
        .forEach(change -> changes.add(change.toString()));
    if (layout == ContextLayout.SOCKET_BUFFER) {
      after.set(WIRE_LENGTH, "0"); // of what is left of the packet
    }
    return new TracedRun(
        result.verdict(),
        VerdictName.text(VerdictName.of(type, result.verdict()), result.verdict()),
        Bytes.copyOf(left),
        layout == ContextLayout.XDP ? Bytes.copyOf(context) : after.forPacket(0),
        changes);
  }

  /** A field of a socket buffer's context: {@code mark} or {@code priority}. */
  public static int field(byte[] context, String name) {
    return RunContext.of(ContextLayout.SOCKET_BUFFER, context).number(name);
  }
}
