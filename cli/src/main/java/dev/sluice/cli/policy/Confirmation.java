package dev.sluice.cli.policy;

import dev.sluice.cli.Session;
import dev.sluice.datapath.InvalidInput;
import dev.sluice.policy.plan.Transition;
import dev.sluice.policy.step.StepRun;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Waits for somebody to say that what was applied may stay. Whoever has locked himself out cannot
 * say so, and then everything is undone: when the time is over, when the input ends, and when the
 * process is told to end, as it is when a terminal is closed.
 */
final class Confirmation {
  private static final int LONGEST = 3600;

  private final Session session;
  private final InputStream input;
  private final Thread hook = new Thread(() -> decide(false), "undo");
  private Transition.@Nullable Done done;

  Confirmation(Session session, InputStream input) {
    this.session = session;
    this.input = input;
  }

  /**
   * Does it. Whoever is told to end meanwhile ends when it is done, and undone.
   *
   * @throws dev.sluice.cli.Refusal if a step failed; what ran is undone then
   */
  void run(Transition transition) {
    Runtime.getRuntime().addShutdownHook(hook);
    synchronized (this) {
      Transition.Done made = transition.run();
      PlanPrinter.requireDone(session, made.result());
      done = made;
    }
  }

  /** Checks the option's value. */
  static Duration seconds(int seconds) {
    if (seconds < 1 || seconds > LONGEST) {
      throw new InvalidInput(
          "--confirm", 0, 0, "expected 1 to " + LONGEST + " seconds, found " + seconds);
    }
    return Duration.ofSeconds(seconds);
  }

  /** Waits; false if everything was undone. */
  boolean await(Duration patience) {
    session.note(
        "press Enter within " + patience.toSeconds() + " s to keep this; else it is undone");
    boolean kept = decide(isConfirmed(patience));
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      return kept; // the process is ending: the hook finds that all is decided
    }
    return kept;
  }

  private boolean isConfirmed(Duration patience) {
    CompletableFuture<Boolean> line = new CompletableFuture<>();
    Thread.ofPlatform().daemon().name("confirmation").start(() -> line.complete(readLine()));
    try {
      return line.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Whether a line was entered: empty, {@code y} or {@code yes}. */
  private boolean readLine() {
    StringBuilder line = new StringBuilder();
    try {
      int c = input.read();
      while (c >= 0 && c != '\n') {
        line.append((char) c);
        c = input.read();
      }
      return c >= 0 && line.toString().strip().matches("|y|yes");
    } catch (IOException e) {
      return false;
    }
  }

  /** Keeps or undoes, whichever is asked first; returns whether this call kept it. */
  private synchronized boolean decide(boolean keep) {
    Transition.Done made = done;
    if (made == null) {
      return false;
    }
    done = null;
    if (keep) {
      made.keep();
      session.note("kept");
      return true;
    }
    List<StepRun.NotUndone> left = made.undo();
    PlanPrinter.noteLeft(session, left);
    session.note(left.isEmpty() ? "not confirmed: everything was undone" : "not all was undone");
    return false;
  }
}
