package dev.sluice.datapath.tc;

import dev.sluice.datapath.Bytes;
import java.util.List;

/** What a filter matches and what it does with a packet that matches. */
public sealed interface Filter permits U32, BpfFilter, Filter.Unknown {
  /** Keep the filter out of the device's hardware ({@code TCA_CLS_FLAGS_SKIP_HW}). */
  int SKIP_HARDWARE = 1;

  /** Have the filter in the device's hardware only ({@code TCA_CLS_FLAGS_SKIP_SW}). */
  int SKIP_SOFTWARE = 2;

  /** Reported: the filter is in hardware ({@code TCA_CLS_FLAGS_IN_HW}). */
  int IN_HARDWARE = 4;

  /** Reported: the filter is not in hardware ({@code TCA_CLS_FLAGS_NOT_IN_HW}). */
  int NOT_IN_HARDWARE = 8;

  /** The kind's name as the kernel and tc spell it. */
  String kind();

  /** What is done with a packet that matches, in order; empty to only classify it. */
  List<Action> actions();

  /**
   * A kind that Sluice does not model.
   *
   * @param kind its name
   * @param options the payload of its {@code TCA_OPTIONS}
   */
  record Unknown(String kind, Bytes options) implements Filter {
    @Override
    public List<Action> actions() {
      return List.of();
    }
  }
}
