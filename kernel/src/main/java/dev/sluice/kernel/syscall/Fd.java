package dev.sluice.kernel.syscall;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Owns a file descriptor.
 *
 * <p>All descriptors are opened close-on-exec. Closing twice does nothing, and use after closing is
 * an {@link IllegalStateException} rather than somebody else's file.
 *
 * <p>The kernel gives a closed descriptor's number to the next file that is opened. So where one
 * thread may close a descriptor while another makes a system call with it, the caller {@linkplain
 * #acquire acquires} it for the call, and a close that comes meanwhile waits for the {@linkplain
 * #release release}.
 */
public final class Fd implements AutoCloseable {
  /** Set in the state once it is closed; the other bits count its users. */
  private static final int CLOSED = Integer.MIN_VALUE;

  private static final AtomicInteger OPEN = new AtomicInteger();

  private final int number;
  private final AtomicInteger state = new AtomicInteger();

  /** Takes over an open descriptor. */
  public Fd(int number) {
    if (number < 0) {
      throw new IllegalArgumentException("not an open file descriptor: " + number);
    }
    this.number = number;
    OPEN.incrementAndGet();
  }

  /**
   * The descriptor's number, for a call during which nobody else can close it.
   *
   * @throws IllegalStateException if it is closed
   */
  public int number() {
    requireOpen(state.get());
    return number;
  }

  private static void requireOpen(int state) {
    if (state < 0) {
      throw new IllegalStateException("used after it was closed");
    }
  }

  /**
   * The descriptor's number, which stays this file's until {@link #release}, whoever closes it.
   *
   * @throws IllegalStateException if it is closed
   */
  public int acquire() {
    while (true) {
      int current = state.get();
      requireOpen(current);
      if (state.compareAndSet(current, current + 1)) {
        return number;
      }
    }
  }

  /** Ends what {@link #acquire} began; the last one carries out a close that came meanwhile. */
  public void release() {
    if (state.decrementAndGet() == CLOSED) {
      closeNumber();
    }
  }

  /** Whether it is still open. */
  public boolean isOpen() {
    return state.get() >= 0;
  }

  /** How many descriptors this process owns through this class, for tests that look for leaks. */
  public static int openCount() {
    return OPEN.get();
  }

  @Override
  public void close() {
    while (true) {
      int users = state.get();
      if (users < 0) {
        return;
      }
      if (state.compareAndSet(users, users | CLOSED)) {
        if (users == 0) {
          closeNumber();
        }
        return;
      }
    }
  }

  private void closeNumber() {
    OPEN.decrementAndGet();
    Syscalls.call(SyscallNumber.CLOSE, number, 0, 0);
  }

  @Override
  public String toString() {
    return isOpen() ? "fd(" + number + ")" : "fd(closed)";
  }
}
