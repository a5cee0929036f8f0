package dev.sluice.datapath.tc;

import dev.sluice.datapath.Bytes;

/** What a filter does with a packet that matches, other than to classify it. */
public sealed interface Action permits Action.Mirred, Action.Gact, Action.Unknown {
  /** The kind's name as the kernel and tc spell it. */
  String kind();

  /** The number of the action in its table; 0 lets the kernel choose. */
  int index();

  /** What is done with the packet once the action has run ({@code TC_ACT_*}). */
  enum Control {
    /** Go on with the next filter. */
    CONTINUE(-1),
    /** Let the packet pass and end. */
    OK(0),
    /** Classify again from the start. */
    RECLASSIFY(1),
    /** Drop the packet. */
    DROP(2),
    /** Go on with the next action. */
    PIPE(3),
    /** The packet is taken over. */
    STOLEN(4),
    /** The packet is queued elsewhere. */
    QUEUED(5),
    /** Run the action again. */
    REPEAT(6),
    /** The packet goes to another device. */
    REDIRECT(7),
    /** The packet goes to the processor of a switch. */
    TRAP(8);

    private final int number;

    Control(int number) {
      this.number = number;
    }

    /** The number, −1 to 8. */
    public int number() {
      return number;
    }
  }

  /**
   * Redirects or mirrors the packet to a device ({@code net/sched/act_mirred.c}).
   *
   * @param mode what and where to
   * @param deviceIndex the device's interface index
   * @param control the {@code TC_ACT_*} number of what happens next: 4 (stolen) for a redirect,
   *     usually 3 (pipe) for a mirror
   * @param index the number of the action in its table; 0 lets the kernel choose
   * @param settings what it is made with
   */
  record Mirred(Mode mode, int deviceIndex, int control, int index, ActionSettings settings)
      implements Action {
    /** An action without settings. */
    public Mirred(Mode mode, int deviceIndex, int control, int index) {
      this(mode, deviceIndex, control, index, ActionSettings.NONE);
    }

    /** What is done with the packet, with the kernel's numbers from 1. */
    public enum Mode {
      /** The packet itself leaves by the device. */
      EGRESS_REDIRECT,
      /** A copy leaves by the device. */
      EGRESS_MIRROR,
      /** The packet itself arrives at the device. */
      INGRESS_REDIRECT,
      /** A copy arrives at the device. */
      INGRESS_MIRROR
    }

    @Override
    public String kind() {
      return "mirred";
    }
  }

  /**
   * A plain verdict ({@code net/sched/act_gact.c}).
   *
   * @param control the {@code TC_ACT_*} number of the verdict
   * @param index the number of the action in its table; 0 lets the kernel choose
   * @param settings what it is made with
   */
  record Gact(int control, int index, ActionSettings settings) implements Action {
    /** An action without settings. */
    public Gact(int control, int index) {
      this(control, index, ActionSettings.NONE);
    }

    @Override
    public String kind() {
      return "gact";
    }
  }

  /**
   * A kind that Sluice does not model.
   *
   * @param kind its name
   * @param options the payload of its {@code TCA_ACT_OPTIONS}
   */
  record Unknown(String kind, Bytes options) implements Action {
    @Override
    public int index() {
      return 0;
    }
  }
}
