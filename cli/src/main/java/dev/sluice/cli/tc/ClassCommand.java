package dev.sluice.cli.tc;

import dev.sluice.datapath.Device;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.Change.Verb;
import dev.sluice.datapath.tc.Estimator;
import dev.sluice.datapath.tc.TrafficClass;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code tc class …}. */
final class ClassCommand {
  private ClassCommand() {}

  /** Reads a command; the current word is the one behind {@code class}. */
  static Request read(Words words, Session session) {
    if (words.isEmpty()) {
      return list(words, session);
    }
    Verb verb = Verbs.read(words, false);
    if (verb != null) {
      words.skip();
      return change(verb, words, session);
    }
    if (Verbs.isList(words)) {
      words.skip();
      return list(words, session);
    }
    if (words.stands("help")) {
      words.problems().text(Usage.CLASS);
      return new Request.Nothing(0);
    }
    throw Verbs.unknown(words, "class");
  }

  private static Request change(Verb verb, Words words, Session session) {
    Problems problems = words.problems();
    String deviceName = null;
    Handle parent = Handle.UNSPECIFIED;
    Handle id = Handle.UNSPECIFIED;
    String kind = null;
    Estimator estimator = null;
    while (!words.isEmpty() && kind == null) {
      if (words.is("dev")) {
        String name = words.next();
        if (deviceName != null) {
          throw problems.duplicate("dev", name);
        }
        deviceName = Verbs.deviceName(name);
      } else if (words.is("classid")) {
        String word = words.next();
        if (!id.isUnspecified()) {
          throw problems.duplicate("classid", word);
        }
        id = classId(word, "invalid class ID", problems);
      } else if (words.is("handle")) {
        problems.line("Error: try \"classid\" instead of \"handle\"");
        throw Stop.command(Stop.BAD_COMMAND);
      } else if (words.is("root")) {
        if (!parent.isUnspecified()) {
          problems.line("Error: \"root\" is duplicate parent ID.");
          throw Stop.command(Stop.BAD_COMMAND);
        }
        parent = Handle.ROOT;
      } else if (words.is("parent")) {
        String word = words.next();
        if (!parent.isUnspecified()) {
          throw problems.duplicate("parent", word);
        }
        parent = classId(word, "invalid parent ID", problems);
      } else if (words.stands("estimator")) {
        if (estimator != null) {
          throw problems.duplicate("estimator", words.next());
        }
        estimator = EstimatorGrammar.read(words, session.options().raw);
      } else if (words.stands("help")) {
        problems.text(Usage.CLASS);
        return new Request.Nothing(0);
      } else {
        kind = Verbs.kind(words.word());
      }
      words.skip();
    }
    List<String> remarks = new ArrayList<>(0);
    TrafficClass trafficClass =
        kind == null
            ? null
            : options(kind, verb, words, DeviceSpeed.of(deviceName, session), remarks);
    if (deviceName == null) {
      return Verbs.withoutDevice(problems, false);
    }
    Device device = session.device(deviceName);
    return new Request.Make(
        new Change.OfClass(verb, device, parent, id, kind, trafficClass, estimator), remarks, null);
  }

  private static Handle classId(String word, String wrong, Problems problems) {
    Handle handle = Handles.classId(word);
    if (handle == null) {
      throw problems.wrong(word, wrong);
    }
    return handle;
  }

  private static @Nullable TrafficClass options(
      String kind, Verb verb, Words words, DeviceSpeed speed, List<String> remarks) {
    return switch (kind) {
      case "htb" ->
          // Removing needs no options, though tc asks for them.
          verb == Verb.DELETE && words.isEmpty()
              ? null
              : HtbGrammar.trafficClass(words, speed, remarks);
      case "hfsc", "drr", "qfq", "ets" ->
          throw words.problems().unsupported("a class of qdisc " + kind);
      default -> {
        words.problems().line("Error: Qdisc \"", kind, "\" is classless.");
        throw Stop.command(1);
      }
    };
  }

  private static Request list(Words words, Session session) {
    Problems problems = words.problems();
    String deviceName = null;
    Handle qdisc = Handle.UNSPECIFIED;
    Handle id = Handle.UNSPECIFIED;
    Handle parent = Handle.UNSPECIFIED;
    while (!words.isEmpty()) {
      if (words.is("dev")) {
        String name = words.next();
        if (deviceName != null) {
          throw problems.duplicate("dev", name);
        }
        deviceName = Verbs.deviceName(name);
      } else if (words.is("qdisc")) {
        String word = words.next();
        if (!qdisc.isUnspecified()) {
          throw problems.duplicate("qdisc", word);
        }
        Handle read = Handles.qdisc(word);
        if (read == null) {
          throw problems.wrong(word, "invalid qdisc ID");
        }
        qdisc = read;
      } else if (words.is("classid")) {
        String word = words.next();
        if (!id.isUnspecified()) {
          throw problems.duplicate("classid", word);
        }
        id = classId(word, "invalid class ID", problems);
      } else if (words.is("root")) {
        if (!parent.isUnspecified()) {
          problems.line("Error: \"root\" is duplicate parent ID");
          throw Stop.command(Stop.BAD_COMMAND);
        }
        parent = Handle.ROOT;
      } else if (words.is("parent")) {
        if (!parent.isUnspecified()) {
          throw problems.duplicate("parent", words.word());
        }
        parent = classId(words.next(), "invalid parent ID", problems);
      } else if (words.stands("help")) {
        problems.text(Usage.CLASS);
      } else {
        problems.line("What is \"", words.word(), "\"? Try \"tc class help\".");
        throw Stop.command(Stop.BAD_COMMAND);
      }
      words.skip();
    }
    Device device = deviceName == null ? null : session.device(deviceName);
    return new ClassListing(device, qdisc, id, parent);
  }
}
