package dev.sluice.kernel.bpf;

import dev.sluice.bpf.Identifier;
import dev.sluice.bpf.SourceLine;
import dev.sluice.bpf.Subprogram;
import dev.sluice.bpf.btf.Btf;
import dev.sluice.bpf.btf.BtfType;
import dev.sluice.bpf.btf.InvalidBtfException;
import dev.sluice.datapath.SluiceException;
import dev.sluice.datapath.program.ProgramSymbols;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The functions and lines that the kernel keeps with a program: {@code func_info} and {@code
 * line_info} of {@code struct bpf_prog_info}, whose names are in the program's BTF.
 */
final class KernelSymbols {
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

  // struct bpf_func_info and struct bpf_line_info.
  private static final int SLOT = 0;
  private static final int TYPE_ID = 4;
  private static final int FUNCTION_BYTES = 8;
  private static final int FILE = 4;
  private static final int TEXT = 8;
  private static final int LINE_COLUMN = 12;
  private static final int LINE_BYTES = 16;

  private KernelSymbols() {}

  /**
   * Reads them.
   *
   * @param readInfo has the kernel fill a {@code struct bpf_prog_info}
   * @return nothing if the kernel has none, the caller may not read them, or they cannot be
   *     understood
   */
  static ProgramSymbols read(Consumer<MemorySegment> readInfo) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment counts = arena.allocate(BpfInfo.Program.SIZE, Long.BYTES);
      readInfo.accept(counts);
      int btfId = counts.get(INT, BpfInfo.Program.BTF_ID);
      int functions = counts.get(INT, BpfInfo.Program.FUNC_INFO_COUNT);
      int functionBytes = counts.get(INT, BpfInfo.Program.FUNC_INFO_RECORD_SIZE);
      int lines = counts.get(INT, BpfInfo.Program.LINE_INFO_COUNT);
      int lineBytes = counts.get(INT, BpfInfo.Program.LINE_INFO_RECORD_SIZE);
      if (btfId == 0 || functionBytes < FUNCTION_BYTES || lineBytes < LINE_BYTES) {
        return ProgramSymbols.NONE;
      }
      MemorySegment functionInfo =
          arena.allocate(Math.max(1, (long) functions * functionBytes), Long.BYTES);
      MemorySegment lineInfo = arena.allocate(Math.max(1, (long) lines * lineBytes), Long.BYTES);
      MemorySegment info = arena.allocate(BpfInfo.Program.SIZE, Long.BYTES);
      info.set(INT, BpfInfo.Program.FUNC_INFO_RECORD_SIZE, functionBytes);
      info.set(INT, BpfInfo.Program.FUNC_INFO_COUNT, functions);
      info.set(LONG, BpfInfo.Program.FUNC_INFO, functionInfo.address());
      info.set(INT, BpfInfo.Program.LINE_INFO_RECORD_SIZE, lineBytes);
      info.set(INT, BpfInfo.Program.LINE_INFO_COUNT, lines);
      info.set(LONG, BpfInfo.Program.LINE_INFO, lineInfo.address());
      readInfo.accept(info);
      Btf btf = Btf.parse(KernelMaps.bytesOfBtf(btfId));
      return new ProgramSymbols(
          functions(functionInfo, functions, functionBytes, btf),
          lines(lineInfo, lines, lineBytes, btf));
    } catch (SluiceException | InvalidBtfException e) {
      return ProgramSymbols.NONE;
    }
  }

  private static List<Subprogram> functions(MemorySegment info, int count, int size, Btf btf) {
    List<Subprogram> found = new ArrayList<>();
    for (long at = 0; at < (long) count * size; at += size) {
      int slot = info.get(INT, at + SLOT);
      btf.type(info.get(INT, at + TYPE_ID))
          .filter(type -> type instanceof BtfType.Function)
          .map(BtfType::name)
          // The first function is the program, whose name is known.
          .filter(name -> slot > 0 && Identifier.isValid(name))
          .ifPresent(name -> found.add(new Subprogram(name, slot)));
    }
    return found;
  }

  private static List<SourceLine> lines(MemorySegment info, int count, int size, Btf btf) {
    List<SourceLine> found = new ArrayList<>();
    for (long at = 0; at < (long) count * size; at += size) {
      SourceLine.ofPacked(
              info.get(INT, at + SLOT),
              btf.text(info.get(INT, at + FILE)),
              info.get(INT, at + LINE_COLUMN),
              btf.text(info.get(INT, at + TEXT)))
          .ifPresent(found::add);
    }
    return found;
  }
}
