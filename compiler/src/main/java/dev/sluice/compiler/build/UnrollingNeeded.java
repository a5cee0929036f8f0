package dev.sluice.compiler.build;

/** A loop goes through objects, which there are none of in a program: each turn must be written. */
final class UnrollingNeeded extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient MethodCode code;
  private final int head;

  UnrollingNeeded(MethodCode code, int head) {
    super("", null, false, false);
    this.code = code;
    this.head = head;
  }

  MethodCode code() {
    return code;
  }

  /** The first instruction of the loop. */
  int head() {
    return head;
  }
}
