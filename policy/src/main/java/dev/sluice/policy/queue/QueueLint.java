package dev.sluice.policy.queue;

import dev.sluice.datapath.DataSize;
import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.Rate;
import dev.sluice.policy.queue.QueueFinding.Severity;
import dev.sluice.policy.spec.Shaping;
import dev.sluice.policy.spec.Shaping.Shape;
import dev.sluice.policy.spec.Sharing;
import dev.sluice.policy.spec.Sharing.ShareClass;
import dev.sluice.policy.spec.Spec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tells what the kernel would accept although it cannot work, and what it would refuse. */
public final class QueueLint {
  /** The longest frame of an Ethernet device with its header. */
  public static final int ETHERNET = 1514;

  /** Levels of an HTB ({@code TC_HTB_MAXDEPTH}), one of which is the class that all share. */
  private static final int DEEPEST = 7;

  /**
   * A timer that is later than this loses what a smaller bucket cannot hold. Runs with 4096 bytes
   * at 10 Mbit/s, 3.3 ms (what iproute2's {@code 32kbit} means), lost rate.
   */
  private static final Duration SHORT = Duration.ofMillis(4);

  private final List<QueueFinding> findings = new ArrayList<>();
  private final Map<String, String> paths = new HashMap<>();
  private final Map<String, ShareClass> classes = new HashMap<>();

  private QueueLint() {}

  /** What is wrong with the queues of a policy, in the order of the document. */
  public static List<QueueFinding> of(Spec spec) {
    List<QueueFinding> findings = new ArrayList<>();
    for (int i = 0; i < spec.shaping().size(); i++) {
      Shaping shaping = spec.shaping().get(i);
      String path = "shaping/" + i;
      addShape(findings, shaping.upload(), path + "/upload");
      addShape(findings, shaping.download(), path + "/download");
    }
    for (int i = 0; i < spec.sharing().size(); i++) {
      findings.addAll(of(spec.sharing().get(i), "sharing/" + i));
    }
    return findings;
  }

  private static void addShape(List<QueueFinding> findings, @Nullable Shape shape, String path) {
    if (shape != null) {
      findings.addAll(of(shape, path, ETHERNET));
    }
  }

  /**
   * What is wrong with a rate that a device is held to.
   *
   * @param shape the rate
   * @param path where it stands
   * @param frame the longest frame of the device in bytes
   */
  public static List<QueueFinding> of(Shape shape, String path, int frame) {
    QueueLint lint = new QueueLint();
    if (!lint.isZero(shape.rate(), path + "/rate")) {
      lint.checkTokenBucket(shape, path + "/burst", frame);
    }
    return lint.findings;
  }

  /**
   * What is wrong with classes that share a rate.
   *
   * @param sharing the classes
   * @param path where they stand
   */
  public static List<QueueFinding> of(Sharing sharing, String path) {
    QueueLint lint = new QueueLint();
    lint.isZero(sharing.rate(), path + "/rate");
    lint.checkClasses(sharing.classes(), path, sharing.rate(), sharing.rate(), 1);
    lint.checkDefault(sharing.defaultClass(), path + "/defaultClass");
    return lint.findings;
  }

  /** Refuses what has an error. */
  static void requireSound(List<QueueFinding> findings) {
    for (QueueFinding each : findings) {
      if (each.isError()) {
        throw new InvalidInput(each.path(), 0, 0, each.text());
      }
    }
  }

  private void error(String path, String text) {
    findings.add(new QueueFinding(Severity.ERROR, path, text));
  }

  private void warn(String path, String text) {
    findings.add(new QueueFinding(Severity.WARNING, path, text));
  }

  private boolean isZero(Rate rate, String path) {
    if (rate.bytesPerSecond() != 0) {
      return false;
    }
    error(path, "a rate of 0 lets nothing pass; expected 8bit or more");
    return true;
  }

  private void checkTokenBucket(Shape shape, String path, int frame) {
    DataSize burst = shape.burst();
    if (burst == null) {
      return;
    }
    if (burst.bytes() < frame) {
      error(
          path,
          "found "
              + burst
              + ": a frame of "
              + frame
              + " bytes would never fit and be dropped;"
              + " expected "
              + 2 * frame
              + "b or more");
    } else if (burst.bytes() < 2L * frame) {
      warn(
          path,
          "found "
              + burst
              + ", less than two frames of "
              + frame
              + " bytes: the rate will not be"
              + " reached");
    } else {
      checkTime(burst, shape.rate(), path);
    }
  }

  private void checkTime(DataSize burst, Rate rate, String path) {
    long least = QueueSizes.bytes(rate, SHORT);
    if (burst.bytes() < least) {
      warn(
          path,
          "found "
              + burst
              + ", what "
              + rate
              + " sends in "
              + microseconds(burst, rate)
              + " us: a timer that is later loses rate; "
              + DataSize.bytes(QueueSizes.burst(rate, null))
              + " would be 20 ms or 16 KiB");
    }
  }

  private static long microseconds(DataSize burst, Rate rate) {
    return (long) (burst.bytes() * 1e6 / rate.bytesPerSecond());
  }

  private void checkClasses(
      List<ShareClass> children, String above, Rate rate, Rate ceil, int level) {
    double sum = 0;
    for (int i = 0; i < children.size(); i++) {
      ShareClass child = children.get(i);
      sum += child.rate().bytesPerSecond();
      checkClass(child, above + "/classes/" + i, ceil, level);
    }
    if (sum > rate.bytesPerSecond()) {
      warn(
          above + "/classes",
          "the classes are guaranteed "
              + new Rate((long) Math.min(Long.MAX_VALUE, sum))
              + " in all, of "
              + rate
              + ": none can rely on its rate when all send");
    }
  }

  private void checkClass(ShareClass checked, String path, Rate parentCeil, int level) {
    checkName(checked, path);
    checkRates(checked, path, parentCeil);
    Integer priority = checked.priority();
    if (priority != null && (priority < 0 || priority > 7)) {
      error(path + "/priority", "found " + priority + ", expected 0 to 7");
    }
    if (checked.classes().isEmpty()) {
      return;
    }
    if (!checked.match().isEmpty()) {
      error(
          path + "/match",
          "class "
              + checked.name()
              + " has classes, so packets go to these; expected the matches"
              + " in a class of its own below it");
    }
    if (level == DEEPEST) {
      error(
          path + "/classes",
          "classes are nested too deep: HTB has 8 levels, the device's own among them; expected"
              + " at most "
              + DEEPEST);
      return;
    }
    Rate ceil = checked.ceil();
    checkClasses(
        checked.classes(), path, checked.rate(), ceil == null ? parentCeil : ceil, level + 1);
  }

  private void checkName(ShareClass named, String path) {
    String before = paths.putIfAbsent(named.name(), path);
    classes.putIfAbsent(named.name(), named);
    if (before != null) {
      error(
          path + "/name",
          "the name " + named.name() + " is that of " + before + " too; expected one of its own");
    }
  }

  private void checkRates(ShareClass checked, String path, Rate parentCeil) {
    if (isZero(checked.rate(), path + "/rate")) {
      return;
    }
    Rate ceil = checked.ceil();
    if (ceil != null) {
      if (ceil.compareTo(checked.rate()) < 0) {
        error(
            path + "/ceil",
            "found " + ceil + ", below the rate; expected " + checked.rate() + " or more");
      } else if (ceil.compareTo(parentCeil) > 0) {
        warn(
            path + "/ceil",
            "found "
                + ceil
                + ", above the "
                + parentCeil
                + " of what it is a part of, which it"
                + " will not exceed");
      }
    }
    DataSize burst = checked.burst();
    if (burst != null) {
      checkTime(burst, ceil == null ? parentCeil : ceil, path + "/burst");
    }
  }

  private void checkDefault(@Nullable String name, String path) {
    if (name == null) {
      return;
    }
    ShareClass found = classes.get(name);
    if (found == null) {
      error(
          path,
          "there is no class " + name + "; expected the name of one of the " + classes.size());
    } else if (!found.classes().isEmpty()) {
      error(
          path,
          "class "
              + name
              + " has classes, so packets cannot wait in it; expected one"
              + " without");
    }
  }
}
