package dev.sluice.cli.tc;

import dev.sluice.datapath.Errno;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.NotPermitted;
import dev.sluice.datapath.program.Program;
import dev.sluice.datapath.tc.Action;
import dev.sluice.datapath.tc.BpfFilter;
import dev.sluice.datapath.tc.BpfFilter.Attached;
import dev.sluice.datapath.tc.BpfFilter.Classic;
import dev.sluice.datapath.tc.BpfFilter.Classic.Instruction;
import dev.sluice.datapath.tc.BpfFilter.Source;
import dev.sluice.datapath.tc.Filter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The options of a {@code bpf} filter. */
final class BpfGrammar {
  private final Words words;
  private final Problems problems;
  private final Session session;
  private final List<Action> actions = new ArrayList<>(0);

  private @Nullable Source source;
  private @Nullable Program program;
  private @Nullable Handle classId;
  private boolean directAction;
  private int flags;

  private BpfGrammar(Words words, Session session) {
    this.words = words;
    this.problems = words.problems();
    this.session = session;
  }

  static FilterOptions read(@Nullable String handle, Words words, Session session) {
    long number = 0;
    if (handle != null) {
      number = Digits.unsigned32(handle, 0);
      if (number < 0) {
        words.problems().line("Illegal \"handle\"");
        throw Stop.command(1);
      }
    }
    if (words.isEmpty()) {
      return new FilterOptions((int) number, null, null);
    }
    BpfGrammar grammar = new BpfGrammar(words, session);
    try {
      BpfFilter filter = grammar.read();
      Program program = grammar.program;
      grammar.program = null;
      return new FilterOptions((int) number, filter, program);
    } finally {
      if (grammar.program != null) {
        grammar.program.close();
      }
    }
  }

  private BpfFilter read() {
    while (!words.isEmpty()) {
      readOption();
    }
    if (source == null) {
      problems.line(
          "bpf: no program: expected object-pinned PATH, bytecode 'N,C T F K,...' or",
          " bytecode-file FILE");
      throw Stop.command(1);
    }
    return new BpfFilter(source, directAction, classId, flags, actions);
  }

  private void readOption() {
    if (words.stands("run")) {
      words.next();
      if (source != null) {
        throw problems.duplicate("run", words.word());
      }
      readSource();
    } else if (words.stands("classid") || words.stands("flowid")) {
      classId = Handles.classId(words.next());
      if (classId == null) {
        problems.line("Illegal \"classid\"");
        throw Stop.command(1);
      }
      words.skip();
    } else if (words.stands("direct-action") || words.stands("da")) {
      directAction = true;
      words.skip();
    } else if (words.stands("skip_hw")) {
      flags |= Filter.SKIP_HARDWARE;
      words.skip();
    } else if (words.stands("skip_sw")) {
      flags |= Filter.SKIP_SOFTWARE;
      words.skip();
    } else if (words.stands("action")) {
      words.next();
      if (!ActionGrammar.read(words, session, actions)) {
        problems.line("Illegal \"action\"");
        throw Stop.command(1);
      }
    } else if (words.stands("police")) {
      throw problems.unsupported("police");
    } else if (words.stands("help")) {
      problems.text(Usage.BPF);
      throw Stop.command(1);
    } else if (source == null) {
      readSource();
    } else {
      problems.line("What is \"", words.word(), "\"?").text(Usage.BPF);
      throw Stop.command(1);
    }
  }

  private void readSource() {
    if (words.stands("bytecode") || words.is("bc")) {
      source = classic(words.next());
    } else if (words.stands("bytecode-file") || words.is("bcf")) {
      source = classic(readFile(words.next()));
    } else if (words.stands("object-file") || words.is("obj")) {
      throw problems.unsupported("an object file (load and pin it, then use object-pinned PATH)");
    } else if (words.stands("object-pinned") || words.stands("pinned") || words.stands("fd")) {
      source = pinned(words.next());
    } else {
      problems.line("What mode is \"", words.word(), "\"?");
      throw notParsable();
    }
    words.skip();
  }

  private Stop notParsable() {
    problems.line("Unable to parse bpf command line");
    return Stop.command(1);
  }

  private Source pinned(String path) {
    if (path.isEmpty()) {
      throw notRetrieved(path, Errno.ENOENT.text());
    }
    Program opened;
    try {
      opened = session.datapath().programs().openPinned(Path.of(path).toAbsolutePath());
    } catch (NotFound | InvalidPathException e) {
      throw notRetrieved(path, Errno.ENOENT.text());
    } catch (NotPermitted e) {
      throw notRetrieved(path, Errno.EPERM.text());
    } catch (KernelRejected e) {
      String cause = e.rule();
      String text = Errno.textOf(e.errno());
      throw notRetrieved(path, cause == null ? text : text + ": " + cause);
    }
    program = opened;
    return new Attached(opened, path.substring(path.lastIndexOf('/') + 1) + ":[*fsobj]");
  }

  private Stop notRetrieved(String path, String why) {
    problems.line("Couldn't retrieve pinned program '", path, "': ", why);
    return notParsable();
  }

  private String readFile(String file) {
    try {
      StringBuilder text = new StringBuilder();
      for (String line : Files.readAllLines(Path.of(file))) {
        text.append(line);
        if (!line.endsWith(",")) {
          text.append(',');
        }
      }
      return text.toString();
    } catch (IOException | InvalidPathException e) {
      problems.line("Cannot fopen: No such file or directory");
      throw notParsable();
    }
  }

  /** {@code N,C T F K,C T F K,…}: the number of instructions, then each as four decimals. */
  private Source classic(String text) {
    Digits head = new Digits(text, 0);
    long count = head.unsigned(10) & 0xffff;
    if (head.end() == 0 || head.atEnd() || text.charAt(head.end()) != ',') {
      throw notParsable();
    }
    if (count == 0 || count > 4096) {
      throw notParsable();
    }
    List<Instruction> instructions = new ArrayList<>((int) count);
    int comma = head.end();
    while (comma >= 0 && comma + 1 < text.length()) {
      if (instructions.size() == count) {
        problems.line("Real program length exceeds encoded length parameter!");
        throw notParsable();
      }
      instructions.add(instruction(text, comma + 1, instructions.size()));
      comma = text.indexOf(',', comma + 1);
    }
    if (instructions.size() != count) {
      problems.line("Parsed program length is less than encoded length parameter!");
      throw notParsable();
    }
    return new Classic(instructions);
  }

  private Instruction instruction(String text, int from, int number) {
    Digits digits = new Digits(text, from);
    long[] parts = new long[4];
    for (int i = 0; i < 4; i++) {
      int before = digits.end();
      parts[i] = digits.unsigned(10);
      if (digits.end() == before) {
        problems.line("Error at instruction ", Integer.toString(number), "!");
        throw notParsable();
      }
    }
    return new Instruction(
        (int) (parts[0] & 0xffff),
        (int) (parts[1] & 0xff),
        (int) (parts[2] & 0xff),
        (int) parts[3]);
  }
}
