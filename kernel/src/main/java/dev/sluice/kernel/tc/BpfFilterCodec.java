package dev.sluice.kernel.tc;

import dev.sluice.datapath.Handle;
import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.program.Program;
import dev.sluice.datapath.tc.BpfFilter;
import dev.sluice.datapath.tc.Filter;
import dev.sluice.kernel.bpf.KernelProgram;
import dev.sluice.kernel.netlink.Attributes;
import dev.sluice.kernel.netlink.MessageWriter;
import dev.sluice.kernel.netlink.NetlinkFormatException;
import dev.sluice.kernel.tc.TcDescriptor.BpfLayout;
import java.util.ArrayList;
import java.util.List;

/** The options of bpf filters ({@code net/sched/cls_bpf.c}). */
final class BpfFilterCodec {
  /** What may be asked for of {@code TCA_CLS_FLAGS_*}; the others are reports. */
  private static final int ASKABLE = Filter.SKIP_HARDWARE | Filter.SKIP_SOFTWARE;

  private BpfFilterCodec() {}

  static void write(MessageWriter out, BpfFilter filter) {
    int options = out.nest(TcDescriptor.TCA_OPTIONS);
    Handle classId = filter.classId();
    if (classId != null) {
      out.attribute32(BpfLayout.CLASSID, classId.value());
    }
    switch (filter.source()) {
      case BpfFilter.Classic classic -> writeClassic(out, classic.instructions());
      case BpfFilter.Attached attached -> {
        out.attribute32(BpfLayout.FD, descriptor(attached.program()));
        out.attribute(BpfLayout.NAME, attached.name());
      }
      case BpfFilter.Installed installed ->
          throw new InvalidInput(
              "bpf filter",
              0,
              0,
              "program "
                  + installed.id()
                  + " is as a listing tells it; open it and attach what was opened");
    }
    ActionCodec.write(out, BpfLayout.ACT, filter.actions());
    if (filter.directAction()) {
      out.attribute32(BpfLayout.FLAGS, BpfLayout.FLAG_DIRECT_ACTION);
    }
    if ((filter.flags() & ASKABLE) != 0) {
      out.attribute32(BpfLayout.FLAGS_GEN, filter.flags() & ASKABLE);
    }
    out.endNest(options);
  }

  private static int descriptor(Program program) {
    if (program instanceof KernelProgram loaded) {
      return loaded.fd().number();
    }
    throw new InvalidInput("bpf filter", 0, 0, "the program was not loaded into the kernel");
  }

  private static void writeClassic(
      MessageWriter out, List<BpfFilter.Classic.Instruction> instructions) {
    out.attribute16(BpfLayout.OPS_LEN, instructions.size());
    int ops = out.nest(BpfLayout.OPS);
    for (int i = 0; i < instructions.size(); i++) {
      BpfFilter.Classic.Instruction instruction = instructions.get(i);
      out.u16(instruction.code()).u8(instruction.jumpTrue()).u8(instruction.jumpFalse());
      out.u32(instruction.operand());
    }
    out.endNest(ops);
  }

  /** Reads the options that {@code in} stands at. */
  static BpfFilter read(Attributes options, FilterCodec.ActionStates states) {
    Handle classId = null;
    BpfFilter.Classic classic = null;
    int id = 0;
    String tag = "";
    String name = "";
    boolean directAction = false;
    int flags = 0;
    ActionCodec.Read actions = ActionCodec.Read.NONE;
    Attributes in = options.nested();
    while (in.next()) {
      switch (in.type()) {
        case BpfLayout.ACT -> actions = ActionCodec.read(in);
        case BpfLayout.CLASSID -> classId = new Handle(in.s32(0));
        case BpfLayout.OPS -> classic = readClassic(in);
        case BpfLayout.NAME -> name = in.string();
        case BpfLayout.FLAGS -> directAction = (in.s32(0) & BpfLayout.FLAG_DIRECT_ACTION) != 0;
        case BpfLayout.FLAGS_GEN -> flags = in.s32(0);
        case BpfLayout.TAG -> tag = in.bytes().toString();
        case BpfLayout.ID -> id = in.s32(0);
        default -> {}
      }
    }
    states.set(actions.states());
    BpfFilter.Source source = classic != null ? classic : new BpfFilter.Installed(id, tag, name);
    return new BpfFilter(source, directAction, classId, flags, actions.actions());
  }

  private static BpfFilter.Classic readClassic(Attributes in) {
    int count = in.length() / BpfLayout.INSTRUCTION_LENGTH;
    if (count < 1 || count > BpfLayout.MOST_INSTRUCTIONS) {
      throw new NetlinkFormatException(
          "a bpf filter has " + count + " instructions; expected 1 to 4096");
    }
    List<BpfFilter.Classic.Instruction> instructions = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int at = i * BpfLayout.INSTRUCTION_LENGTH;
      instructions.add(
          new BpfFilter.Classic.Instruction(
              in.u16(at), in.u8(at + 2), in.u8(at + 3), in.s32(at + 4)));
    }
    return new BpfFilter.Classic(instructions);
  }
}
