package dev.sluice.kernel.bpf;

import dev.sluice.bpf.btf.Btf;
import dev.sluice.bpf.btf.BtfType;
import dev.sluice.bpf.btf.InvalidBtfException;
import dev.sluice.datapath.SluiceException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import java.util.function.Consumer;

/** Finds what a program's main function is called in its type information. */
final class MainFunction {
  /** In {@code struct bpf_func_info}: behind the offset of the function comes its type. */
  private static final int TYPE_ID = 4;

  private MainFunction() {}

  /**
   * The name of the first function of a program.
   *
   * @param readInfo has the kernel fill a {@code struct bpf_prog_info}
   * @param btfId the program's type information
   * @return empty if the caller may not read it or it cannot be understood
   */
  static Optional<String> nameOf(Consumer<MemorySegment> readInfo, int btfId) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment info = arena.allocate(BpfInfo.Program.SIZE, Long.BYTES);
      readInfo.accept(info);
      int recordSize = info.get(ValueLayout.JAVA_INT, BpfInfo.Program.FUNC_INFO_RECORD_SIZE);
      if (recordSize < TYPE_ID + Integer.BYTES) {
        return Optional.empty();
      }
      MemorySegment first = arena.allocate(recordSize, Long.BYTES);
      MemorySegment again = arena.allocate(BpfInfo.Program.SIZE, Long.BYTES);
      again.set(ValueLayout.JAVA_INT, BpfInfo.Program.FUNC_INFO_RECORD_SIZE, recordSize);
      again.set(ValueLayout.JAVA_INT, BpfInfo.Program.FUNC_INFO_COUNT, 1);
      again.set(ValueLayout.JAVA_LONG, BpfInfo.Program.FUNC_INFO, first.address());
      readInfo.accept(again);
      return Btf.parse(KernelMaps.bytesOfBtf(btfId))
          .type(first.get(ValueLayout.JAVA_INT, TYPE_ID))
          .filter(BtfType.Function.class::isInstance)
          .map(type -> ((BtfType.Function) type).name());
    } catch (SluiceException | InvalidBtfException e) {
      return Optional.empty();
    }
  }
}
