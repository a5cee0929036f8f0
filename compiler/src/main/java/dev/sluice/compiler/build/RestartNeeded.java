package dev.sluice.compiler.build;

/** The graph has to be built again, with what was learned just now. */
abstract sealed class RestartNeeded extends RuntimeException {
  private static final long serialVersionUID = 1;

  private RestartNeeded() {
    super("", null, false, false);
  }

  /** Remembers what was learned. */
  abstract void teach(Lessons lessons);

  /** Each turn of a loop must be written, for it goes through objects. */
  static final class Unrolling extends RestartNeeded {
    private static final long serialVersionUID = 1;

    private final transient MethodCode code;
    private final int head;

    /**
     * A loop.
     *
     * @param head its first instruction
     */
    Unrolling(MethodCode code, int head) {
      this.code = code;
      this.head = head;
    }

    @Override
    void teach(Lessons lessons) {
      lessons.unroll(code, head);
    }
  }

  /** Writing each turn of a loop did not tell which element is taken. */
  static final class Varying extends RestartNeeded {
    private static final long serialVersionUID = 1;

    private final transient MethodCode code;
    private final int head;
    private final int instruction;

    /**
     * An element.
     *
     * @param head the loop's first instruction
     * @param instruction the one that takes the element
     */
    Varying(MethodCode code, int head, int instruction) {
      this.code = code;
      this.head = head;
      this.instruction = instruction;
    }

    @Override
    void teach(Lessons lessons) {
      lessons.vary(code, head, instruction);
    }
  }

  /** A variable holds another object in another turn of a loop. */
  static final class MoreObjects extends RestartNeeded {
    private static final long serialVersionUID = 1;

    private final transient Lessons.Variable variable;
    private final transient Value value;

    /** That variable, and what it was seen to hold, too. */
    MoreObjects(Lessons.Variable variable, Value value) {
      this.variable = variable;
      this.value = value;
    }

    @Override
    void teach(Lessons lessons) {
      lessons.objects(variable, value);
    }
  }

  /** A method is large, and followed more than once. */
  static final class Outlining extends RestartNeeded {
    private static final long serialVersionUID = 1;

    private final String method;

    /** The method, and what it is called with. */
    Outlining(String method) {
      this.method = method;
    }

    @Override
    void teach(Lessons lessons) {
      lessons.makeFunction(method);
    }
  }

  /** A method cannot be a function. */
  static final class InPlace extends RestartNeeded {
    private static final long serialVersionUID = 1;

    private final String method;

    /** The method, and what it is called with. */
    InPlace(String method) {
      this.method = method;
    }

    @Override
    void teach(Lessons lessons) {
      lessons.keepInPlace(method);
    }
  }
}
