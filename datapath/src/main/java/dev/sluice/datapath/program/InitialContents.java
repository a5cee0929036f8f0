package dev.sluice.datapath.program;

import dev.sluice.bpf.MapContents;
import dev.sluice.bpf.MapFlag;
import dev.sluice.bpf.MapSpec;

/** What is in a map from the start: every datapath puts it there in the same way. */
public final class InitialContents {
  private static final int KEY_SIZE = 4;

  private InitialContents() {}

  /** Fills a map that was made just now; one that programs only read is frozen with it. */
  public static void put(BpfMap map, MapSpec spec) {
    MapContents contents = spec.contents();
    if (contents == null) {
      return;
    }
    map.update(new byte[KEY_SIZE], contents.toArray());
    if (spec.flags().contains(MapFlag.RDONLY_PROG)) {
      map.freeze();
    }
  }
}
