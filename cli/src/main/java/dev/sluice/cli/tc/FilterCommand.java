package dev.sluice.cli.tc;

import dev.sluice.datapath.Device;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.Change.Verb;
import dev.sluice.datapath.tc.Estimator;
import dev.sluice.datapath.tc.TrafficControl.FilterQuery;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code tc filter …}. */
final class FilterCommand {
  private final Words words;
  private final Problems problems;
  private final Session session;

  private @Nullable String deviceName;
  private Handle parent = Handle.UNSPECIFIED;
  private int priority;
  private int protocol = -1;
  private @Nullable Integer chain;
  private @Nullable String handle;
  private @Nullable Estimator estimator;

  private FilterCommand(Words words, Session session) {
    this.words = words;
    this.problems = words.problems();
    this.session = session;
  }

  /** Reads a command; the current word is the one behind {@code filter}. */
  static Request read(Words words, Session session) {
    FilterCommand command = new FilterCommand(words, session);
    if (words.isEmpty()) {
      return command.list();
    }
    Verb verb = Verbs.read(words, false);
    if (verb != null) {
      words.skip();
      return command.change(verb);
    }
    if (words.stands("get")) {
      words.skip();
      return command.get();
    }
    if (Verbs.isList(words)) {
      words.skip();
      return command.list();
    }
    if (words.stands("help")) {
      words.problems().text(Usage.FILTER);
      return new Request.Nothing(0);
    }
    throw Verbs.unknown(words, "filter");
  }

  private Request change(Verb verb) {
    String kind = null;
    while (!words.isEmpty() && kind == null) {
      if (words.stands("estimator")) {
        if (estimator != null) {
          throw problems.duplicate("estimator", words.next());
        }
        estimator = EstimatorGrammar.read(words, session.options().raw);
      } else if (!readSelection("Invalid parent ID", "invalid priority value")) {
        if (words.stands("help")) {
          problems.text(Usage.FILTER);
          return new Request.Nothing(0);
        }
        kind = Verbs.kind(words.word());
      }
      words.skip();
    }
    Device device = deviceName == null ? null : session.device(deviceName);
    if (kind == null && handle != null) {
      problems.line("Must specify filter type when using \"handle\"");
      throw Stop.command(Stop.BAD_COMMAND);
    }
    List<String> remarks = new ArrayList<>(0);
    FilterOptions options =
        kind == null
            ? FilterOptions.NONE
            : FilterOptions.read(kind, handle, words, session, remarks);
    if (device == null) {
      options.close();
      return Verbs.withoutDevice(problems, true);
    }
    boolean creates = verb == Verb.ADD || verb == Verb.REPLACE;
    int number = protocol >= 0 ? protocol : creates ? Change.OfFilter.ALL_PROTOCOLS : 0;
    String sentKind = kind == null || kind.isEmpty() ? null : kind;
    return new Request.Make(
        new Change.OfFilter(
            verb,
            device,
            parent,
            priority,
            number,
            chain,
            options.handle(),
            sentKind,
            options.filter(),
            estimator),
        remarks,
        options.program());
  }

  /** Reads what says which filters are meant; false if the current word does not. */
  private boolean readSelection(String wrongParent, String wrongPriority) {
    if (words.is("dev")) {
      String name = words.next();
      if (deviceName != null) {
        throw problems.duplicate("dev", name);
      }
      deviceName = Verbs.deviceName(name);
    } else if (words.stands("block")) {
      throw problems.unsupported("a filter block shared between qdiscs (block)");
    } else if (words.is("root")) {
      setParent(Handle.ROOT);
    } else if (words.is("ingress")) {
      setParent(Handle.CLSACT_INGRESS);
    } else if (words.is("egress")) {
      setParent(Handle.CLSACT_EGRESS);
    } else if (words.is("parent")) {
      String word = words.next();
      if (!parent.isUnspecified()) {
        throw problems.duplicate("parent", word);
      }
      Handle read = Handles.classId(word);
      if (read == null) {
        throw problems.wrong(word, wrongParent);
      }
      parent = read;
    } else if (words.is("handle")) {
      String word = words.next();
      if (handle != null) {
        throw problems.duplicate("handle", word);
      }
      handle = word;
    } else if (words.stands("preference") || words.stands("priority")) {
      String word = words.next();
      if (priority != 0) {
        throw problems.duplicate("priority", word);
      }
      priority = (int) Digits.unsigned(word, 0, 0xffff);
      if (priority < 0) {
        throw problems.wrong(word, wrongPriority);
      }
    } else if (words.stands("protocol")) {
      String word = words.next();
      if (protocol >= 0) {
        throw problems.duplicate("protocol", word);
      }
      protocol = Protocols.number(word);
      if (protocol < 0) {
        throw problems.wrong(word, "invalid protocol");
      }
    } else if (words.stands("chain")) {
      String word = words.next();
      if (chain != null) {
        throw problems.duplicate("chain", word);
      }
      long index = Digits.unsigned32(word, 0);
      if (index < 0) {
        throw problems.wrong(word, "invalid chain index value");
      }
      chain = (int) index;
    } else {
      return false;
    }
    return true;
  }

  private void setParent(Handle handle) {
    if (!parent.isUnspecified()) {
      problems.line("Error: \"", words.word(), "\" is duplicate parent ID");
      throw Stop.command(Stop.BAD_COMMAND);
    }
    parent = handle;
  }

  private Request list() {
    while (!words.isEmpty()) {
      if (!readSelection("invalid parent ID", "invalid preference")) {
        if (!words.stands("help")) {
          problems.line(" What is \"", words.word(), "\"? Try \"tc filter help\"");
          throw Stop.command(Stop.BAD_COMMAND);
        }
        problems.text(Usage.FILTER);
      }
      words.skip();
    }
    Device device = deviceName == null ? null : session.device(deviceName);
    return new FilterListing(
        device == null
            ? null
            : new FilterQuery(device, parent, priority, Math.max(0, protocol), chain),
        null);
  }

  private Request get() {
    String kind = null;
    while (!words.isEmpty() && kind == null) {
      if (!readSelection("Invalid parent ID", "invalid priority value")) {
        if (words.stands("help")) {
          problems.text(Usage.FILTER);
          return new Request.Nothing(0);
        }
        if (words.word().isEmpty()) {
          throw problems.wrong("", "invalid filter name");
        }
        kind = Verbs.kind(words.word());
      }
      words.skip();
    }
    require(protocol >= 0, "filter protocol");
    require(priority != 0, "filter priority");
    require(!parent.isUnspecified(), "filter parent");
    if (kind == null) {
      throw mustSpecify("filter type");
    }
    if (deviceName == null) {
      throw mustSpecify("netdevice \"dev\" or block index \"block\"");
    }
    Device device = session.device(deviceName);
    String garbage = words.peek();
    FilterOptions options = FilterOptions.read(kind, handle, words, session, new ArrayList<>(0));
    options.close();
    require(handle != null, "filter \"handle\"");
    if (garbage != null) {
      problems.line("Garbage instead of arguments \"", garbage, " ...\". Try \"tc filter help\".");
      throw Stop.command(Stop.BAD_COMMAND);
    }
    return new FilterListing(
        new FilterQuery(device, parent, priority, protocol, chain),
        new FilterListing.One(options.handle(), kind));
  }

  private void require(boolean given, String what) {
    if (!given) {
      throw mustSpecify(what);
    }
  }

  private Stop mustSpecify(String what) {
    problems.line("Must specify ", what);
    return Stop.command(Stop.BAD_COMMAND);
  }
}
