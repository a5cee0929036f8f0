package dev.sluice.datapath.chain.classic;

import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.tc.BpfFilter;
import dev.sluice.datapath.tc.FilterEntry;
import dev.sluice.datapath.tc.TrafficControl;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The filters at a classic hook, and which of them are ours. No link tells there who made one, so
 * the filter's own name does ({@code TCA_BPF_NAME}): ours begin with {@code sluice:}.
 */
public final class ClassicFilters {
  private static final String MARK = "sluice:";

  private ClassicFilters() {}

  /** What a filter of ours is called. */
  static String name(String program) {
    return MARK + program;
  }

  /** All of chain 0, in the order they are asked; heads of lists are left out. */
  public static List<FilterEntry> at(TrafficControl trafficControl, AttachPoint.Clsact at) {
    return trafficControl.filters(at.device(), ClsactQdiscs.parent(at.direction())).stream()
        .filter(entry -> entry.filter() != null)
        .filter(entry -> entry.chain() == null || entry.chain() == 0)
        .toList();
  }

  /** The program in a filter of ours; null if it is not ours or holds none. */
  public static BpfFilter.@Nullable Installed own(FilterEntry entry) {
    return entry.filter() instanceof BpfFilter filter
            && filter.source() instanceof BpfFilter.Installed installed
            && installed.id() != 0
            && installed.name().startsWith(MARK)
        ? installed
        : null;
  }
}
