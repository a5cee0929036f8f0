package dev.sluice.kernel.syscall;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Owns a file descriptor.
 *
 * <p>All descriptors are opened close-on-exec. Closing twice does nothing, and use after closing is
 * an {@link IllegalStateException} rather than somebody else's file.
 */
public final class Fd implements AutoCloseable {
  private static final int CLOSED = -1;
  private static final AtomicInteger OPEN = new AtomicInteger();

  private final AtomicInteger number;

  /** Takes over an open descriptor. */
  public Fd(int number) {
    if (number < 0) {
      throw new IllegalArgumentException("not an open file descriptor: " + number);
    }
    this.number = new AtomicInteger(number);
    OPEN.incrementAndGet();
  }

  /**
   * The descriptor's number.
   *
   * @throws IllegalStateException if it is closed
   */
  public int number() {
    int current = number.get();
    if (current == CLOSED) {
      throw new IllegalStateException("used after it was closed");
    }
    return current;
  }

  /** Whether it is still open. */
  public boolean isOpen() {
    return number.get() != CLOSED;
  }

  /** How many descriptors this process owns through this class, for tests that look for leaks. */
  public static int openCount() {
    return OPEN.get();
  }

  @Override
  public void close() {
    int current = number.getAndSet(CLOSED);
    if (current != CLOSED) {
      OPEN.decrementAndGet();
      Syscalls.call(SyscallNumber.CLOSE, current, 0, 0);
    }
  }

  @Override
  public String toString() {
    int current = number.get();
    return current == CLOSED ? "fd(closed)" : "fd(" + current + ")";
  }
}
