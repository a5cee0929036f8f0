package dev.sluice.cli.tc;

import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.NotPermitted;
import dev.sluice.datapath.SluiceException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.Reader;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * {@code sluice tc …}: parsed by hand, so that a short command does not load picocli.
 *
 * <p>Exit codes are tc's: 0 done, 1 an option that is wrong or a device that is not there, 2
 * refused by the kernel, 255 a command that is not understood.
 */
public final class TcCommand {
  private static final int REFUSED = 2;
  private static final int FAILED = 1;

  private TcCommand() {}

  /** Runs one command on the kernel and returns its exit code. */
  public static int run(String[] args, PrintStream out, PrintStream err) {
    try (KernelOpener opener = new KernelOpener()) {
      return run(args, opener, System.in, out, err);
    }
  }

  /**
   * Runs one command on any datapath.
   *
   * @param args what stands behind {@code tc}
   * @param opener opens the datapath of a network namespace by its name; null is the current one
   * @param in where a batch named {@code -} is read from
   * @return the exit code
   */
  public static int run(
      String[] args,
      Function<@Nullable String, Datapath> opener,
      InputStream in,
      PrintStream out,
      PrintStream err) {
    Problems problems = new Problems();
    try {
      Words words = new Words(args, 0, problems);
      Options options = Options.read(words);
      if (options.instead() == Options.Instead.VERSION) {
        out.println("tc utility, sluice");
        return 0;
      }
      if (options.instead() == Options.Instead.HELP
          || (words.isEmpty() && options.batchFile == null)) {
        problems.text(Usage.TC);
        return 0;
      }
      try (Session session = new Session(options, opener, problems)) {
        if (options.namespace != null) {
          session.open();
        }
        if (options.batchFile != null) {
          return Batch.run(session, options.batchFile, in, out, err);
        }
        return runOne(words, session, problems, out, err);
      }
    } catch (Stop stop) {
      return stop.code();
    } catch (SluiceException e) {
      problems.line("sluice tc: ", String.valueOf(e.getMessage()));
      return FAILED;
    } finally {
      problems.printTo(err);
    }
  }

  /**
   * Runs lines of a batch on a datapath, which closes with it.
   *
   * @param name what messages call the lines' file
   * @param force whether lines behind one that fails are run
   * @return the exit code
   */
  public static int runBatch(
      Datapath datapath, String name, Reader lines, boolean force, PrintStream out, PrintStream err)
      throws IOException {
    Options options = new Options();
    options.force = force;
    Problems problems = new Problems();
    try (Session session = new Session(options, _ -> datapath, problems)) {
      return Batch.run(session, name, new BufferedReader(lines), out, err);
    } finally {
      problems.printTo(err);
    }
  }

  private static int runOne(
      Words words, Session session, Problems problems, PrintStream out, PrintStream err) {
    Request request = read(words, session);
    if (request instanceof Request.Make make) {
      Queue queue = new Queue(session, err, null);
      queue.add(make, problems, 0);
      return queue.run();
    }
    return answer(request, session, problems, out, err);
  }

  /** Reads a command; the current word is the object. */
  static Request read(Words words, Session session) {
    if (words.stands("qdisc")) {
      words.skip();
      return QdiscCommand.read(words, session);
    } else if (words.stands("class")) {
      words.skip();
      return ClassCommand.read(words, session);
    } else if (words.stands("filter")) {
      words.skip();
      return FilterCommand.read(words, session);
    } else if (words.stands("chain")
        || words.stands("actions")
        || words.stands("monitor")
        || words.stands("exec")) {
      words.problems().line("sluice tc: object \"", words.word(), "\" is not supported");
      throw Stop.command(Stop.BAD_COMMAND);
    } else if (words.stands("help")) {
      words.problems().text(Usage.TC);
      return new Request.Nothing(0);
    }
    words.problems().line("Object \"", words.word(), "\" is unknown, try \"tc help\".");
    throw Stop.command(Stop.BAD_COMMAND);
  }

  /** Answers a request that changes nothing. */
  static int answer(
      Request request, Session session, Problems problems, PrintStream out, PrintStream err) {
    return switch (request) {
      case Request.Nothing nothing -> nothing.code();
      case Request.Show show -> show(show, session, problems, out, err);
      case Request.Make _ -> throw new IllegalArgumentException("a change is queued: " + request);
    };
  }

  private static int show(
      Request.Show show, Session session, Problems problems, PrintStream out, PrintStream err) {
    problems.printTo(err);
    Sheet sheet = new Sheet(out, session.options());
    try {
      show.print(session, sheet);
      return 0;
    } catch (SluiceException e) {
      sheet.flush();
      boolean one = show instanceof FilterListing listing && listing.one() != null;
      switch (e) {
        case KernelRejected rejected -> Queue.sayRejected(rejected, problems);
        case NotPermitted _ -> problems.line("RTNETLINK answers: ", Errno.EPERM.text());
        case NotFound notFound when notFound.kind().equals("device") ->
            problems.line("Cannot find device \"", notFound.name(), "\"");
        case NotFound notFound when one -> {
          String text = notFound.kernelText();
          problems.line(
              "Error: ",
              text == null ? "Specified filter handle not found." : Queue.sentence(text));
        }
        default -> problems.line("sluice tc: ", String.valueOf(e.getMessage()));
      }
      problems.line(one ? "We have an error talking to the kernel" : "Dump terminated");
      return one ? REFUSED : FAILED;
    }
  }
}
