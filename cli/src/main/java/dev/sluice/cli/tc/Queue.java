package dev.sluice.cli.tc;

import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.NotPermitted;
import dev.sluice.datapath.SluiceException;
import dev.sluice.datapath.lint.Finding;
import dev.sluice.datapath.lint.Lint;
import dev.sluice.datapath.program.Program;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.Outcome;
import dev.sluice.datapath.tc.TrafficControl.OnRefusal;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Changes that have been asked for and are done together, and what is said of them: the kernel's
 * words, and warnings about what it accepts though it cannot work.
 */
final class Queue {
  /** What {@link #run} returns when all went well. */
  static final int DONE = 0;

  private static final int REFUSED = 2;

  private final Session session;
  private final PrintStream err;
  private final @Nullable String file;
  private final List<Waiting> waiting = new ArrayList<>();
  private @Nullable Lint lint;

  /**
   * An empty queue.
   *
   * @param file the batch that the changes come from; null for a single command
   */
  Queue(Session session, PrintStream err, @Nullable String file) {
    this.session = session;
    this.err = err;
    this.file = file;
  }

  /**
   * A change that waits.
   *
   * @param make the change
   * @param problems what is to be said about its command in any case
   * @param line the line of the batch that it stands in; 0 for a single command
   */
  private record Waiting(Request.Make make, Problems problems, int line) {}

  void add(Request.Make make, Problems problems, int line) {
    waiting.add(new Waiting(make, problems, line));
  }

  int size() {
    return waiting.size();
  }

  /**
   * Does what waits, in order.
   *
   * @return {@link #DONE}, or the exit code of the last that was refused. Unless {@code -force} is
   *     given, it is the only one, and nothing behind it was done.
   */
  int run() {
    if (waiting.isEmpty()) {
      return DONE;
    }
    List<Change> changes = new ArrayList<>(waiting.size());
    for (Waiting one : waiting) {
      changes.add(one.make.change());
    }
    int code = DONE;
    try {
      Lint warner = lint();
      if (warner != null) {
        warner.prepare(changes);
      }
      OnRefusal onRefusal = session.options().force ? OnRefusal.CONTINUE : OnRefusal.STOP;
      List<Outcome> outcomes = session.datapath().trafficControl().apply(changes, onRefusal);
      for (int i = 0; i < outcomes.size(); i++) {
        int one = report(outcomes.get(i), waiting.get(i), warner);
        code = one == DONE ? code : one;
      }
    } catch (SluiceException e) {
      Waiting first = waiting.getFirst();
      sayRefused(e, first);
      sayFailed(first);
      first.problems.printTo(err);
      code = REFUSED;
    } finally {
      for (Waiting one : waiting) {
        Program opened = one.make.opened();
        if (opened != null) {
          opened.close();
        }
      }
      waiting.clear();
    }
    return code;
  }

  private @Nullable Lint lint() {
    if (lint == null && session.options().lint) {
      Datapath datapath = session.datapath();
      lint = new Lint(datapath.trafficControl(), datapath::capabilities);
    }
    return lint;
  }

  private int report(Outcome outcome, Waiting one, @Nullable Lint warner) {
    int code = DONE;
    switch (outcome) {
      case Outcome.Done done -> {
        for (String warning : done.warnings()) {
          one.problems.line("Warning: ", sentence(warning));
        }
        warn(one, warner);
      }
      case Outcome.Refused refused -> {
        sayRefused(refused.reason(), one);
        sayFailed(one);
        code = REFUSED;
      }
      case Outcome.NotTried _ -> {
        return DONE; // what its line would say is not said either
      }
    }
    one.problems.printTo(err);
    return code;
  }

  /** A text with a full stop at its end. */
  static String sentence(String text) {
    return text.endsWith(".") ? text : text.concat(".");
  }

  private void warn(Waiting one, @Nullable Lint warner) {
    if (warner == null) {
      return;
    }
    String where = file == null ? "" : " (" + file + ":" + one.line + ")";
    for (String remark : one.make.remarks()) {
      one.problems.line("Warning: ", remark, where);
    }
    for (Finding finding : warner.check(one.make.change())) {
      one.problems.line("Warning: ", finding.text(), where);
    }
    warner.done(one.make.change());
  }

  private void sayRefused(SluiceException reason, Waiting one) {
    Problems problems = one.problems;
    switch (reason) {
      case KernelRejected rejected -> {
        sayRejected(rejected, problems);
        String cause = rejected.rule();
        if (cause != null && session.options().lint) {
          problems.line("Cause: ", cause);
        }
      }
      case NotPermitted _ -> problems.line("RTNETLINK answers: ", Errno.EPERM.text());
      case NotFound notFound when notFound.kind().equals("device") ->
          problems.line("RTNETLINK answers: ", Errno.ENODEV.text());
      default -> problems.line("sluice tc: ", String.valueOf(reason.getMessage()));
    }
    if (one.make.change() instanceof Change.OfFilter) {
      problems.line("We have an error talking to the kernel");
    }
  }

  /** A refusal in the words of iproute2's {@code lib/libnetlink.c}. */
  static void sayRejected(KernelRejected rejected, Problems problems) {
    String text = rejected.kernelText();
    if (text != null && !text.isEmpty()) {
      problems.line("Error: ", sentence(text));
    } else {
      problems.line("RTNETLINK answers: ", Errno.textOf(rejected.errno()));
    }
  }

  private void sayFailed(Waiting one) {
    if (file != null) {
      one.problems.line("Command failed ", file, ":", Integer.toString(one.line));
    }
  }
}
