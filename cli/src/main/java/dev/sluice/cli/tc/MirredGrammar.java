package dev.sluice.cli.tc;

import dev.sluice.datapath.Device;
import dev.sluice.datapath.tc.Action;
import dev.sluice.datapath.tc.Action.Control;
import dev.sluice.datapath.tc.Action.Mirred;
import org.jspecify.annotations.Nullable;

/** {@code mirred {egress | ingress} {redirect | mirror} [index N] dev DEVICE [CONTROL]}. */
final class MirredGrammar {
  private final Words words;
  private final Problems problems;
  private final Session session;

  private boolean ingress;
  private boolean egress;
  private boolean mirror;
  private boolean redirect;
  private boolean indexed;
  private int index;
  private @Nullable String deviceName;

  private MirredGrammar(Words words, Session session) {
    this.words = words;
    this.problems = words.problems();
    this.session = session;
  }

  /** Reads the action; the current word is {@code mirred}. Null if it cannot be understood. */
  static @Nullable Action read(Words words, Session session) {
    words.next();
    if (words.stands("egress") || words.stands("index") || words.stands("ingress")) {
      return new MirredGrammar(words, session).read();
    }
    if (words.stands("help")) {
      words.problems().text(Usage.MIRRED);
      throw Stop.everything(Stop.BAD_COMMAND);
    }
    words.problems().line("mirred option not supported ", words.word());
    return null;
  }

  private @Nullable Action read() {
    if (!readTarget()) {
      return null;
    }
    int deviceIndex = 0;
    if (deviceName != null) {
      Device device = session.findDevice(deviceName);
      if (device == null) {
        problems.line("Cannot find device \"", deviceName, "\"");
        return null;
      }
      deviceIndex = device.index();
    }
    int control = mirror ? Control.PIPE.number() : redirect ? Control.STOLEN.number() : 0;
    if (mirror && !words.isEmpty() && GactGrammar.isControl(words.word())) {
      Integer read = GactGrammar.readControl(words);
      if (read != null) {
        control = read;
      }
    }
    if (words.stands("index")) {
      if (indexed) {
        problems.line("mirred: Illegal double index");
        return null;
      }
      words.next();
      if (!readIndex("mirred: Illegal \"index\"")) {
        return null;
      }
      words.skip();
    }
    if (!mirror && !redirect) {
      // Only an index: the kernel takes the action of that number as it is.
      return new Mirred(Mirred.Mode.EGRESS_REDIRECT, 0, 0, index);
    }
    Mirred.Mode mode =
        mirror
            ? egress ? Mirred.Mode.EGRESS_MIRROR : Mirred.Mode.INGRESS_MIRROR
            : egress ? Mirred.Mode.EGRESS_REDIRECT : Mirred.Mode.INGRESS_REDIRECT;
    return new Mirred(mode, deviceIndex, control, index);
  }

  /** Reads up to the device; false if it cannot be understood. */
  private boolean readTarget() {
    while (!words.isEmpty()) {
      if (words.stands("action")) {
        words.next();
        return true;
      }
      if (!egress && words.stands("egress")) {
        egress = true;
        if (ingress) {
          problems.line("Can't have both egress and ingress");
          return false;
        }
      } else if (!ingress && words.stands("ingress")) {
        ingress = true;
        if (egress) {
          problems.line("Can't have both ingress and egress");
          return false;
        }
      } else if (words.stands("index")) {
        words.next();
        if (!readIndex("Illegal \"index\"")) {
          return false;
        }
        indexed = true;
        if (!egress && !ingress) {
          words.skip();
          return true;
        }
      } else if (!egress && !ingress) {
        problems.line("was expecting egress or ingress (", words.word(), ")");
        return false;
      } else if (!mirror && words.stands("mirror")) {
        mirror = true;
        if (redirect) {
          problems.line("Can't have both mirror and redir");
          return false;
        }
      } else if (!redirect && words.stands("redirect")) {
        redirect = true;
        if (mirror) {
          problems.line("Can't have both mirror and redir");
          return false;
        }
      } else if ((redirect || mirror) && words.stands("blockid")) {
        throw problems.unsupported("a filter block shared between qdiscs (blockid)");
      } else if ((redirect || mirror) && words.stands("dev")) {
        deviceName = Verbs.deviceName(words.next());
        words.skip();
        return true;
      }
      words.next();
    }
    return true;
  }

  private boolean readIndex(String wrong) {
    long read = Digits.unsigned32(words.word(), 10);
    if (read < 0) {
      problems.line(wrong);
      return false;
    }
    index = (int) read;
    return true;
  }
}
