package dev.sluice.kernel.bpf;

import dev.sluice.kernel.syscall.Fd;
import dev.sluice.kernel.syscall.SyscallNumber;
import dev.sluice.kernel.syscall.Syscalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A {@code union bpf_attr} on its way to the kernel, with the memory that it points to. All fields
 * start as zero. Used by one thread, once.
 */
final class BpfRequest implements AutoCloseable {
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

  private final Arena arena = Arena.ofConfined();
  private final MemorySegment attr;
  private final List<Fd> acquired = new ArrayList<>(2);

  /**
   * An empty request.
   *
   * @param size the {@code SIZE} of its member of {@link BpfAttr}
   */
  BpfRequest(int size) {
    attr = arena.allocate(size, Long.BYTES);
  }

  /** Sets a 32-bit field. */
  BpfRequest set(int offset, int value) {
    attr.set(INT, offset, value);
    return this;
  }

  /** Sets a 32-bit field to a descriptor, which stays open until the request is closed. */
  BpfRequest set(int offset, Fd fd) {
    int number = fd.acquire();
    acquired.add(fd);
    return set(offset, number);
  }

  /** Sets a 64-bit field. */
  BpfRequest setLong(int offset, long value) {
    attr.set(LONG, offset, value);
    return this;
  }

  /** Sets a 64-bit field to the address of memory. */
  BpfRequest point(int offset, MemorySegment memory) {
    return setLong(offset, memory.address());
  }

  /** Sets a 64-bit field to the address of a copy of bytes; to 0 where there are none. */
  BpfRequest point(int offset, byte[] bytes) {
    return bytes.length == 0 ? setLong(offset, 0) : point(offset, copyOf(bytes));
  }

  /** Sets a 64-bit field to the address of a zero-terminated string. */
  BpfRequest point(int offset, String text) {
    return point(offset, arena.allocateFrom(text));
  }

  /**
   * Fills a name field. The kernel takes letters, digits, dots and underscores, 15 of them at most
   * ({@code bpf_obj_name_cpy}), and a name is only for people, so others become underscores.
   */
  BpfRequest name(int offset, String name) {
    int length = Math.min(name.length(), BpfAttr.NAME_LENGTH - 1);
    for (int i = 0; i < length; i++) {
      char c = name.charAt(i);
      boolean plain = c < 128 && (Character.isLetterOrDigit(c) || c == '_' || c == '.');
      attr.set(ValueLayout.JAVA_BYTE, offset + i, (byte) (plain ? c : '_'));
    }
    return this;
  }

  /** Memory of zeros that lives as long as the request. */
  MemorySegment memory(long bytes) {
    return arena.allocate(Math.max(bytes, 1), Long.BYTES);
  }

  /** A copy of bytes that lives as long as the request. */
  MemorySegment copyOf(byte[] bytes) {
    MemorySegment memory = memory(bytes.length);
    MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, 0, bytes.length);
    return memory;
  }

  /** Reads a 32-bit field, which the kernel may have set. */
  int get(int offset) {
    return attr.get(INT, offset);
  }

  /** Reads a 64-bit field, which the kernel may have set. */
  long getLong(int offset) {
    return attr.get(LONG, offset);
  }

  /** Makes the call: its result, or the negated error number. */
  long call(BpfCommand command) {
    return Syscalls.call(SyscallNumber.BPF, command.number(), attr.address(), attr.byteSize());
  }

  /** The text in a fixed field that ends at the first zero. */
  static String text(MemorySegment memory, int offset, int length) {
    byte[] bytes = memory.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE);
    int end = 0;
    while (end < length && bytes[end] != 0) {
      end++;
    }
    return new String(bytes, 0, end, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    acquired.forEach(Fd::release);
    arena.close();
  }
}
