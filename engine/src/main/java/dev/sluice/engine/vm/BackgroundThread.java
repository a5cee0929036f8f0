package dev.sluice.engine.vm;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The one thread on which programs are compiled, one after the other, while they run interpreted.
 * It is a daemon, and gone when there is nothing to compile for a while.
 */
final class BackgroundThread {
  static final Executor INSTANCE = start();

  private static final int IDLE_SECONDS = 5;

  private BackgroundThread() {}

  private static Executor start() {
    ThreadPoolExecutor executor =
        new ThreadPoolExecutor(
            1,
            1,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> Thread.ofPlatform().daemon().name("sluice-compiler").unstarted(task));
    executor.allowCoreThreadTimeOut(true);
    return executor;
  }
}
