package dev.sluice.bpf.btf;

import dev.sluice.bpf.Call;
import dev.sluice.bpf.Code;
import dev.sluice.bpf.Constant;
import dev.sluice.bpf.Instruction;
import dev.sluice.bpf.ProgramSpec;
import dev.sluice.bpf.ProgramType;
import dev.sluice.bpf.SourceLine;
import dev.sluice.bpf.Subprogram;
import dev.sluice.bpf.TypeDescription;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What {@code BPF_PROG_LOAD} takes about a program besides its instructions. With it, the
 * verifier's log and {@code bpftool prog dump} show functions by name and the lines of the source.
 */
public final class ProgramInfo {
  /** Bytes of one {@code struct bpf_func_info}: what {@code func_info_rec_size} must be. */
  public static final int FUNCTION_BYTES = BtfDescriptor.FUNCTION_INFO_BYTES;

  /** Bytes of one {@code struct bpf_line_info}: what {@code line_info_rec_size} must be. */
  public static final int LINE_BYTES = BtfDescriptor.LINE_INFO_BYTES;

  private final byte[] functions;
  private final byte[] lines;

  private ProgramInfo(byte[] functions, byte[] lines) {
    this.functions = functions;
    this.lines = lines;
  }

  /**
   * Describes a program and adds the types and strings for it.
   *
   * <p>The kernel wants all functions described or none ({@code check_btf_func} in
   * kernel/bpf/verifier.c). So if the program calls a place that is not declared as a function, its
   * functions are left out.
   */
  static ProgramInfo of(ProgramSpec program, BtfBuilder builder, ByteOrder order) {
    Set<Integer> starts = new TreeSet<>(calledSlots(program.code()));
    starts.add(0);
    TreeMap<Integer, String> names = new TreeMap<>();
    for (Subprogram function : program.functions()) {
      names.put(function.slot(), function.name());
    }
    names.put(0, entryName(program));
    byte[] functions =
        names.keySet().equals(starts)
            ? functions(names, context(program.type(), builder), builder, order)
            : new byte[0];
    return new ProgramInfo(functions, lines(program.code(), starts, builder, order));
  }

  /** A program's name may have dots, a function's not. */
  private static String entryName(ProgramSpec program) {
    String name = program.name().replace('.', '_');
    return Character.isDigit(name.charAt(0)) ? "_" + name : name;
  }

  private static List<Integer> calledSlots(Code code) {
    List<Integer> slots = new ArrayList<>();
    int slot = 0;
    for (Instruction instruction : code.instructions()) {
      switch (instruction) {
        case Call.Function(int offset) -> slots.add(slot + 1 + offset);
        case Constant.FunctionAddress address -> slots.add(slot + 1 + address.offset());
        default -> {}
      }
      slot += instruction.slots();
    }
    return slots;
  }

  /**
   * The type of what the entry gets. The verifier knows a context by the name of its struct ({@code
   * btf_is_prog_ctx_type} in kernel/bpf/btf.c) and complains in the log about any other; what is in
   * the struct it knows itself, so that the first field will do.
   */
  private static int context(ProgramType type, BtfBuilder builder) {
    TypeDescription.StructBuilder struct =
        switch (type) {
          case SOCKET_FILTER,
              SCHED_CLS,
              SCHED_ACT,
              CGROUP_SKB,
              LWT_IN,
              LWT_OUT,
              LWT_XMIT,
              LWT_SEG6LOCAL,
              SK_SKB,
              FLOW_DISSECTOR ->
              TypeDescription.Struct.named("__sk_buff").field("len", TypeDescription.U32);
          case XDP -> TypeDescription.Struct.named("xdp_md").field("data", TypeDescription.U32);
          default -> null;
        };
    return builder.addPointer(struct == null ? BtfBuilder.VOID : builder.add(struct.build()));
  }

  private static byte[] functions(
      Map<Integer, String> names, int context, BtfBuilder builder, ByteOrder order) {
    int result = builder.add(new TypeDescription.Int("int", 4, TypeDescription.Encoding.SIGNED));
    int entryType = builder.addPrototype(result, List.of(new BtfBuilder.Parameter("ctx", context)));
    int otherType = builder.addPrototype(result, List.of());
    ByteBuffer out = ByteBuffer.allocate(names.size() * FUNCTION_BYTES).order(order);
    names.forEach(
        (slot, name) -> {
          // A static function's parameters are known to the verifier from its callers.
          int id =
              slot == 0
                  ? builder.addFunction(name, entryType, BtfBuilder.Linkage.GLOBAL)
                  : builder.addFunction(name, otherType, BtfBuilder.Linkage.STATIC);
          out.putInt(slot).putInt(id);
        });
    return out.array();
  }

  /** Every function must start with a line ({@code check_btf_line}): the one before serves. */
  private static byte[] lines(Code code, Set<Integer> starts, BtfBuilder builder, ByteOrder order) {
    if (code.lines().isEmpty()) {
      return new byte[0];
    }
    TreeMap<Integer, SourceLine> lines = new TreeMap<>();
    for (SourceLine line : code.lines()) {
      lines.put(line.slot(), line);
    }
    for (int start : starts) {
      Map.Entry<Integer, SourceLine> before = lines.floorEntry(start);
      lines.put(start, before == null ? code.lines().getFirst() : before.getValue());
    }
    ByteBuffer out = ByteBuffer.allocate(lines.size() * LINE_BYTES).order(order);
    lines.forEach(
        (slot, line) -> {
          out.putInt(slot)
              .putInt(builder.string(line.file()))
              .putInt(builder.string(line.text()))
              .putInt(line.packed());
        });
    return out.array();
  }

  /** {@code func_info}, {@link #FUNCTION_BYTES} for each function; empty if they are not known. */
  public byte[] functionInfo() {
    return functions.clone();
  }

  /** {@code line_info}, {@link #LINE_BYTES} for each line; empty if none are known. */
  public byte[] lineInfo() {
    return lines.clone();
  }
}
