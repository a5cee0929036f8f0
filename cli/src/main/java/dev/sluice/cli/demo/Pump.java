package dev.sluice.cli.demo;

import java.io.IOException;
import java.nio.channels.Channel;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/**
 * A thread that moves bytes until its channel is closed.
 *
 * <p>A platform thread: a virtual one would share its carrier with the other end of the same
 * stream, and the sender's pauses would show up in what is measured.
 */
final class Pump implements AutoCloseable {
  /** How long a thread may take to notice that its channel is closed. */
  private static final long END_MILLIS = 2000;

  private final Channel channel;
  private final Thread thread;
  private volatile @Nullable Throwable failure;

  /** Work that ends with a {@link ClosedChannelException} once its channel is closed. */
  interface Work {
    void run() throws IOException;
  }

  Pump(String name, Channel channel, Work work) {
    this.channel = channel;
    this.thread = Thread.ofPlatform().daemon().name(name).unstarted(() -> run(work));
  }

  void start() {
    thread.start();
  }

  private void run(Work work) {
    try {
      work.run();
    } catch (ClosedChannelException e) {
      // that is how it is told to end
    } catch (IOException | RuntimeException e) {
      if (channel.isOpen()) {
        failure = e;
      }
    }
  }

  /** What ended it early; null if nothing did. */
  @Nullable Throwable failure() {
    return failure;
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new IllegalStateException("cannot close a socket of " + thread.getName(), e);
    }
    try {
      thread.join(END_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
