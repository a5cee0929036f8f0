package dev.sluice.compiler.program;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;

/** Runs programs on the JVM, for tests and for comparison. */
public final class JavaProgram {
  private final Method method;
  private final int otherwise;

  private JavaProgram(Method method, int otherwise) {
    this.method = method;
    this.otherwise = otherwise;
  }

  /**
   * A program.
   *
   * @param method public and static, with a {@link BpfProgram}
   */
  public static JavaProgram of(Method method) {
    BpfProgram declared = method.getAnnotation(BpfProgram.class);
    if (declared == null) {
      throw new IllegalArgumentException(method + " has no @BpfProgram");
    }
    return new JavaProgram(method, declared.otherwise());
  }

  /**
   * Runs it on a packet: its verdict, that of a program it went on with, or {@link
   * BpfProgram#otherwise} if it comes to no end.
   *
   * @throws UnsupportedOperationException if it does what the compiler would refuse
   */
  public int run(PacketBytes packet) {
    try {
      return (int) method.invoke(null, packet);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      if (e.getCause() instanceof UnsupportedOperationException refusal) {
        throw refusal;
      }
      return e.getCause() instanceof Ended ended ? ended.verdict().orElse(otherwise) : otherwise;
    } catch (IllegalAccessException e) {
      throw new IllegalArgumentException(method + " is not public", e);
    }
  }
}
