package dev.sluice.kernel.syscall;

import dev.sluice.datapath.Unsupported;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Linux system calls through the C library's {@code syscall} function.
 *
 * <p>Arguments are plain numbers; memory is passed by its address, and the caller keeps it alive
 * until the call returns. Results are the kernel's own: a negative result is a negated error
 * number.
 */
public final class Syscalls {
  private static final MethodHandle SYSCALL = link();

  /** Where the C library leaves errno, one place a thread so that no call allocates. */
  private static final ThreadLocal<MemorySegment> CAPTURED =
      ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(Linker.Option.captureStateLayout()));

  private Syscalls() {}

  private static MethodHandle link() {
    String os = System.getProperty("os.name");
    if (!os.equals("Linux")) {
      throw new Unsupported("the kernel datapath", "this is " + os + ", and it needs Linux");
    }
    Linker linker = Linker.nativeLinker();
    ValueLayout.OfLong number = ValueLayout.JAVA_LONG;
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow("syscall"),
        FunctionDescriptor.of(number, number, number, number, number, number, number, number),
        Linker.Option.captureCallState("errno"),
        Linker.Option.firstVariadicArg(1));
  }

  /**
   * Makes a system call. Trailing arguments that the call does not have are given as 0.
   *
   * @return its result, or the negated error number
   */
  public static long call(SyscallNumber call, long a, long b, long c, long d, long e, long f) {
    MemorySegment captured = CAPTURED.get();
    try {
      long result = (long) SYSCALL.invokeExact(captured, (long) call.number(), a, b, c, d, e, f);
      return result == -1 ? -captured.get(ValueLayout.JAVA_INT, 0) : result;
    } catch (Throwable impossible) {
      throw new AssertionError("a downcall does not throw", impossible);
    }
  }

  /** A system call with up to three arguments. */
  public static long call(SyscallNumber call, long a, long b, long c) {
    return call(call, a, b, c, 0, 0, 0);
  }
}
