package dev.sluice.conformance.snippet;

import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.Rate;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.ClassEntry;
import dev.sluice.datapath.tc.Htb;
import dev.sluice.datapath.tc.Outcome;
import dev.sluice.datapath.tc.TrafficClass;
import dev.sluice.datapath.tc.TrafficControl;
import dev.sluice.datapath.tc.U32;
import java.util.List;

/** For {@link TrafficControl}: sharing a rate between classes. */
public final class Shape {
  private Shape() {}

  /** Gives one source 8 of 10 Mbit/s, and the rest 2; each may use what the other leaves. */
  public static List<Outcome> share(Datapath datapath, Device device) {
    // @start region="share"
    Rate all = Rate.megabits(10);
    Handle htb = Handle.of(1, 0);
    Handle link = Handle.of(1, 1);
    Handle important = Handle.of(1, 0x10);
    Handle rest = Handle.of(1, 0x12);
    // The source address stands 12 bytes into the IP header.
    U32.Key source = new U32.Key(0xffffffff, 0xc0a80164 /* 192.168.1.100 */, 12, 0);

    TrafficControl trafficControl = datapath.trafficControl();
    List<Outcome> outcomes =
        trafficControl.apply(
            List.of(
                Change.OfQdisc.add(device, Handle.ROOT, htb, Htb.withDefault(rest.minor())),
                Change.OfClass.add(device, htb, link, TrafficClass.HtbClass.of(all, all)),
                Change.OfClass.add(
                    device, link, important, TrafficClass.HtbClass.of(Rate.megabits(8), all)),
                Change.OfClass.add(
                    device, link, rest, TrafficClass.HtbClass.of(Rate.megabits(2), all)),
                Change.OfFilter.add(
                    device, htb, 1, 0x0800, U32.matching(List.of(source), important))),
            TrafficControl.OnRefusal.STOP);
    // @end
    return outcomes;
  }

  /** Changes a class without losing a packet of its queue. */
  public static void speedUp(Datapath datapath, Device device, Handle classId, Rate rate) {
    // @start region="change"
    TrafficClass faster = TrafficClass.HtbClass.of(rate, rate);
    datapath
        .trafficControl()
        .apply(
            new Change.OfClass(
                Change.Verb.CHANGE, device, classId.qdisc(), classId, "htb", faster, null));
    // @end
  }

  /** The packets that a class has sent. */
  public static long packets(Datapath datapath, Device device, Handle classId) {
    // @start region="count"
    for (ClassEntry entry : datapath.trafficControl().classes(device)) {
      if (entry.id().equals(classId)) {
        return entry.statistics().packets();
      }
    }
    // @end
    return 0;
  }
}
