package dev.sluice.policy.export;

/**
 * What of a set-up is not in the exported policy, or not as it was.
 *
 * @param kind which of the two
 * @param where what it is about: device, and qdisc, class or filter
 * @param why what is not said, and why
 */
public record ExportNote(Kind kind, String where, String why) {
  /** What became of it. */
  public enum Kind {
    /** It was left out. */
    LEFT_OUT,
    /** It is there, but not just as it was. */
    CHANGED
  }

  /** Whether something was left out. */
  public boolean isLeftOut() {
    return kind == Kind.LEFT_OUT;
  }

  /** One line: {@code not exported: device eth0, class 1:10: …}. */
  @Override
  public String toString() {
    String what = isLeftOut() ? "not exported" : "exported differently";
    return what + ": " + where + ": " + why;
  }
}
