package dev.sluice.cli.tc;

import dev.sluice.datapath.Device;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.Change.Verb;
import dev.sluice.datapath.tc.Estimator;
import dev.sluice.datapath.tc.Qdisc;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code tc qdisc …}. */
final class QdiscCommand {
  private QdiscCommand() {}

  /** Reads a command; the current word is the one behind {@code qdisc}. */
  static Request read(Words words, Session session) {
    if (words.isEmpty()) {
      return list(words, session);
    }
    Verb verb = Verbs.read(words, true);
    if (verb != null) {
      words.skip();
      return change(verb, words, session);
    }
    if (Verbs.isList(words)) {
      words.skip();
      return list(words, session);
    }
    if (words.stands("help")) {
      words.problems().text(Usage.QDISC);
      return new Request.Nothing(0);
    }
    throw Verbs.unknown(words, "qdisc");
  }

  private static Request change(Verb verb, Words words, Session session) {
    Problems problems = words.problems();
    String deviceName = null;
    Handle parent = Handle.UNSPECIFIED;
    Handle handle = Handle.UNSPECIFIED;
    String kind = null;
    Estimator estimator = null;
    while (!words.isEmpty() && kind == null) {
      if (words.is("dev")) {
        String name = words.next();
        if (deviceName != null) {
          throw problems.duplicate("dev", name);
        }
        deviceName = Verbs.deviceName(name);
      } else if (words.is("handle")) {
        if (!handle.isUnspecified()) {
          throw problems.duplicate("handle", words.word());
        }
        Handle read = Handles.qdisc(words.next());
        if (read == null) {
          throw problems.wrong(words.word(), "invalid qdisc ID");
        }
        handle = read;
      } else if (words.is("root")) {
        refuseSecondParent(parent, "\"root\" is duplicate parent ID", problems);
        parent = Handle.ROOT;
      } else if (words.is("clsact") || words.is("ingress")) {
        kind = words.word();
        refuseSecondParent(parent, "\"" + kind + "\" is a duplicate parent ID", problems);
        parent = Handle.CLSACT;
        handle = new Handle(0xffff0000);
      } else if (words.is("parent")) {
        String word = words.next();
        if (!parent.isUnspecified()) {
          throw problems.duplicate("parent", word);
        }
        Handle read = Handles.classId(word);
        if (read == null) {
          throw problems.wrong(word, "invalid parent ID");
        }
        parent = read;
      } else if (words.stands("estimator")) {
        if (estimator != null) {
          throw problems.duplicate("estimator", words.next());
        }
        estimator = EstimatorGrammar.read(words, session.options().raw);
      } else if (words.stands("stab")) {
        throw problems.unsupported("stab (a table of packet sizes)");
      } else if (words.stands("ingress_block") || words.stands("egress_block")) {
        throw problems.unsupported("a filter block shared between qdiscs (" + words.word() + ")");
      } else if (words.stands("help")) {
        problems.text(Usage.QDISC);
        return new Request.Nothing(0);
      } else {
        kind = Verbs.kind(words.word());
      }
      words.skip();
    }
    List<String> remarks = new ArrayList<>(0);
    Qdisc qdisc =
        kind == null
            ? null
            : options(kind, verb, words, DeviceSpeed.of(deviceName, session), remarks);
    if (deviceName == null) {
      return Verbs.withoutDevice(problems, false);
    }
    Device device = session.device(deviceName);
    String sentKind = kind == null || kind.isEmpty() ? null : kind;
    return new Request.Make(
        new Change.OfQdisc(verb, device, parent, handle, sentKind, qdisc, estimator),
        remarks,
        null);
  }

  private static void refuseSecondParent(Handle parent, String error, Problems problems) {
    if (!parent.isUnspecified()) {
      problems.line("Error: ", error);
      throw Stop.everything(Stop.BAD_COMMAND);
    }
  }

  private static @Nullable Qdisc options(
      String kind, Verb verb, Words words, DeviceSpeed speed, List<String> remarks) {
    return switch (kind) {
      case "tbf" ->
          // Removing needs no options, though tc asks for them.
          verb == Verb.DELETE && words.isEmpty() ? null : TbfGrammar.read(words, speed, remarks);
      case "htb" -> HtbGrammar.qdisc(words);
      case "pfifo", "bfifo", "pfifo_head_drop" -> FifoGrammar.read(kind, words);
      case "clsact", "ingress" -> {
        if (!words.isEmpty()) {
          if (!words.is("help")) {
            words.problems().line("What is \"", words.word(), "\"?");
          }
          words.problems().line("Usage: ... ", kind);
          throw Stop.command(1);
        }
        yield kind.equals("clsact") ? new Qdisc.Clsact() : new Qdisc.Ingress();
      }
      case "pfifo_fast" -> {
        if (!words.isEmpty()) {
          words.problems().line("qdisc '", kind, "' does not support option parsing");
          throw Stop.command(Stop.BAD_COMMAND);
        }
        yield null;
      }
      default -> {
        if (!words.isEmpty()) {
          words
              .problems()
              .line(
                  "Unknown qdisc \"",
                  kind,
                  "\", hence option \"",
                  words.word(),
                  "\" is unparsable");
          throw Stop.command(1);
        }
        yield null;
      }
    };
  }

  private static Request list(Words words, Session session) {
    Problems problems = words.problems();
    String deviceName = null;
    Handle parent = Handle.UNSPECIFIED;
    Handle handle = Handle.UNSPECIFIED;
    while (!words.isEmpty()) {
      if (words.is("dev")) {
        deviceName = Verbs.deviceName(words.next());
      } else if (words.is("root")) {
        refuseSecondFilter(parent, handle, words);
        parent = Handle.ROOT;
      } else if (words.is("ingress") || words.is("clsact")) {
        refuseSecondFilter(parent, handle, words);
        parent = Handle.CLSACT;
      } else if (words.stands("parent")) {
        refuseSecondFilter(parent, handle, words);
        Handle read = Handles.classId(words.next());
        if (read == null) {
          throw problems.wrong(words.word(), "invalid parent ID");
        }
        parent = read;
      } else if (words.stands("handle")) {
        refuseSecondFilter(parent, handle, words);
        Handle read = Handles.qdisc(words.next());
        if (read == null) {
          throw problems.wrong(words.word(), "invalid handle ID");
        }
        handle = read;
      } else if (words.stands("help")) {
        problems.text(Usage.QDISC);
      } else if (words.is("invisible")) {
        throw problems.unsupported("showing qdiscs that the kernel keeps invisible");
      } else {
        problems.line("What is \"", words.word(), "\"? Try \"tc qdisc help\".");
        throw Stop.command(Stop.BAD_COMMAND);
      }
      words.skip();
    }
    Device device = deviceName == null ? null : session.device(deviceName);
    return new QdiscListing(device, parent, handle);
  }

  private static void refuseSecondFilter(Handle parent, Handle handle, Words words) {
    if (!parent.isUnspecified()) {
      throw words.problems().wrong(words.word(), "parent is already specified");
    }
    if (!handle.isUnspecified()) {
      throw words.problems().wrong(words.word(), "handle is already specified");
    }
  }
}
