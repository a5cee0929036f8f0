package dev.sluice.cli.chain;

import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.LinkInfo;
import dev.sluice.kernel.bpf.ControlGroup;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The hooks of control groups, which no list of devices leads to. */
public final class GroupHooks {
  private GroupHooks() {}

  /** Those that hold a link, of whichever owner. Bare programs are found at a group only. */
  public static Set<AttachPoint.Cgroup> attached(Datapath datapath) {
    List<LinkInfo.AtCgroup> places = new ArrayList<>();
    Set<Long> numbers = new TreeSet<>();
    for (LinkInfo link : datapath.links().list()) {
      if (link.place() instanceof LinkInfo.AtCgroup at && !link.isDefunct()) {
        places.add(at);
        numbers.add(at.cgroupId());
      }
    }
    Map<Long, Path> paths = ControlGroup.paths(numbers);
    Set<AttachPoint.Cgroup> found = new LinkedHashSet<>();
    for (LinkInfo.AtCgroup place : places) {
      Path path = paths.get(place.cgroupId());
      if (path != null) {
        found.add(new AttachPoint.Cgroup(path, place.direction()));
      }
    }
    return found;
  }
}
