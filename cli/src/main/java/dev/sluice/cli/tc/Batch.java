package dev.sluice.cli.tc;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code tc -batch FILE}: a command a line, with comments, quotes and lines that go on behind a
 * backslash. Changes that follow each other are done together; a listing sees all that were before
 * it.
 */
final class Batch {
  private static final int WINDOW = 1024;
  private static final int MOST_WORDS = 511;
  private static final int FAILED = 1;

  private final Session session;
  private final String name;
  private final PrintStream out;
  private final PrintStream err;
  private final Queue queue;
  private int line;

  private Batch(Session session, String name, PrintStream out, PrintStream err) {
    this.session = session;
    this.name = name;
    this.out = out;
    this.err = err;
    this.queue = new Queue(session, err, name);
  }

  /**
   * Runs a batch.
   *
   * @param name the file; {@code -} for standard input
   * @return the exit code
   */
  static int run(Session session, String name, InputStream in, PrintStream out, PrintStream err) {
    try (BufferedReader reader = open(name, in)) {
      return new Batch(session, name, out, err).run(reader);
    } catch (NoSuchFileException | InvalidPathException e) {
      err.println("Cannot open file \"" + name + "\" for reading: No such file or directory");
    } catch (IOException e) {
      err.println("Cannot open file \"" + name + "\" for reading: " + e.getMessage());
    }
    return FAILED;
  }

  /**
   * Runs a batch that is open already, and names the line of whatever ends it, which tc does not
   * always do.
   *
   * @param name what messages call it
   */
  static int run(
      Session session, String name, BufferedReader reader, PrintStream out, PrintStream err)
      throws IOException {
    Batch batch = new Batch(session, name, out, err);
    try {
      return batch.run(reader);
    } catch (Stop stop) {
      err.println("Command failed " + name + ":" + batch.line);
      return FAILED;
    }
  }

  private static BufferedReader open(String name, InputStream in) throws IOException {
    InputStream stream = name.equals("-") ? in : Files.newInputStream(Path.of(name));
    return new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8), 1 << 16);
  }

  private int run(BufferedReader reader) throws IOException {
    int result = 0;
    String command = read(reader);
    while (command != null) {
      int code = command.isEmpty() ? 0 : run(command);
      if (queue.size() >= WINDOW && code == 0) {
        code = queue.run();
      }
      if (code != 0) {
        result = FAILED;
        if (!session.options().force) {
          return result;
        }
      }
      command = read(reader);
    }
    return queue.run() == Queue.DONE ? result : FAILED;
  }

  /** The next command, without comments, its lines joined; null at the end. */
  private @Nullable String read(BufferedReader reader) throws IOException {
    String text = reader.readLine();
    if (text == null) {
      return null;
    }
    line++;
    StringBuilder joined = null;
    String part = withoutComment(text);
    while (part.length() == text.length() && part.endsWith("\\")) {
      text = reader.readLine();
      if (text == null) {
        // A last line that ends with a backslash and a line break; without one it stays as it is.
        err.println("Missing continuation line");
        return null;
      }
      line++;
      joined = (joined == null ? new StringBuilder() : joined);
      joined.append(part, 0, part.length() - 1);
      part = withoutComment(text);
    }
    return joined == null ? part : joined.append(part).toString();
  }

  private static String withoutComment(String text) {
    int comment = text.indexOf('#');
    return comment < 0 ? text : text.substring(0, comment);
  }

  /** Runs one command, or lets it wait. */
  private int run(String command) {
    Problems problems = new Problems();
    try {
      String[] words = split(command, problems);
      if (words.length == 0) {
        return 0;
      }
      session.speakTo(problems);
      Request request = TcCommand.read(new Words(words, 0, problems), session);
      if (request instanceof Request.Make make) {
        queue.add(make, problems, line);
        return 0;
      }
      int before = queue.run();
      if (before != Queue.DONE && !session.options().force) {
        return before;
      }
      int code = TcCommand.answer(request, session, problems, out, err);
      if (code != 0) {
        problems.line("Command failed ", name, ":", Integer.toString(line));
      }
      problems.printTo(err);
      return code != 0 ? code : before;
    } catch (Stop stop) {
      int before = queue.run();
      if (before != Queue.DONE && !session.options().force) {
        return before;
      }
      if (stop.endsBatch()) {
        problems.printTo(err);
        throw stop;
      }
      problems.line("Command failed ", name, ":", Integer.toString(line));
      problems.printTo(err);
      return stop.code();
    }
  }

  /**
   * The words of a command. A quote counts at a word's beginning only, and what follows its end is
   * a word of its own.
   */
  static String[] split(String command, Problems problems) {
    List<String> words = new ArrayList<>();
    int at = 0;
    while (true) {
      while (at < command.length() && isBlank(command.charAt(at))) {
        at++;
      }
      if (at >= command.length()) {
        return words.toArray(new String[0]);
      }
      if (words.size() == MOST_WORDS) {
        problems.line("Too many arguments to command");
        throw Stop.everything(1);
      }
      char first = command.charAt(at);
      int end;
      if (first == '\'' || first == '"') {
        at++;
        end = command.indexOf(first, at);
        if (end < 0) {
          problems.line("Unterminated quoted string");
          throw Stop.everything(1);
        }
      } else {
        end = at;
        while (end < command.length() && !isBlank(command.charAt(end))) {
          end++;
        }
      }
      words.add(command.substring(at, end));
      at = end + 1;
    }
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
  }
}
