package dev.sluice.datapath.cause;

import dev.sluice.datapath.Device;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.tc.ClassEntry;
import dev.sluice.datapath.tc.FilterEntry;
import dev.sluice.datapath.tc.QdiscEntry;
import dev.sluice.datapath.tc.TrafficClass;
import dev.sluice.datapath.tc.TrafficControl;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is on a device, looked up as far as needed, and in words. */
public final class Scene {
  private final TrafficControl trafficControl;
  private final Device device;
  private final List<QdiscEntry> qdiscs;

  /** What is on a device now. */
  public Scene(TrafficControl trafficControl, Device device) {
    this.trafficControl = trafficControl;
    this.device = device;
    qdiscs = trafficControl.qdiscs(device);
  }

  /** The device. */
  public Device device() {
    return device;
  }

  /** The qdisc with a name, null if there is none. */
  public @Nullable QdiscEntry qdisc(Handle handle) {
    for (QdiscEntry entry : qdiscs) {
      if (!handle.isUnspecified() && entry.handle().equals(handle)) {
        return entry;
      }
    }
    return null;
  }

  /** The qdisc that hangs from a parent, null if there is none. */
  public @Nullable QdiscEntry qdiscAt(Handle parent) {
    for (QdiscEntry entry : qdiscs) {
      if (entry.parent().equals(parent)) {
        return entry;
      }
    }
    return null;
  }

  /** The class with a name, null if there is none. */
  public @Nullable ClassEntry trafficClass(Handle id) {
    ClassEntry[] found = new ClassEntry[1];
    trafficControl.classes(
        device,
        id.qdisc(),
        entry -> {
          if (entry.id().equals(id)) {
            found[0] = entry;
          }
        });
    return found[0];
  }

  /** One of the classes right below a class, null if there are none. */
  public @Nullable ClassEntry childOf(Handle id) {
    ClassEntry[] found = new ClassEntry[1];
    trafficControl.classes(
        device,
        id.qdisc(),
        entry -> {
          if (entry.parent().equals(id)) {
            found[0] = entry;
          }
        });
    return found[0];
  }

  /** The filters at a parent. */
  public List<FilterEntry> filters(Handle parent) {
    return trafficControl.filters(device, parent);
  }

  /** Says that there is no qdisc with a name, and which there are. */
  public String noQdisc(Handle handle) {
    List<String> names = new ArrayList<>();
    for (QdiscEntry entry : qdiscs) {
      names.add(describe(entry));
    }
    String there = names.isEmpty() ? "it has none" : "it has " + String.join(", ", names);
    return "there is no qdisc " + handle + " on " + device + "; " + there;
  }

  /** Says that there is no class with a name. */
  public String noClass(Handle id) {
    return "there is no class " + id + " on " + device;
  }

  /** A qdisc in words: {@code htb 1: at root}. */
  public static String describe(QdiscEntry entry) {
    String name = entry.qdisc().kind();
    if (!entry.handle().isUnspecified()) {
      name += " " + entry.handle();
    }
    return entry.parent().equals(Handle.CLSACT) ? name : name + " at " + entry.parent();
  }

  /** A class in words: {@code htb 1:10 below 1:1, rate 8Mbit ceil 10Mbit}. */
  public static String describe(ClassEntry entry) {
    String name = entry.trafficClass().kind() + " " + entry.id();
    name += entry.parent().equals(Handle.ROOT) ? " at root" : " below " + entry.parent();
    return switch (entry.trafficClass()) {
      case TrafficClass.HtbClass htb ->
          name + ", rate " + htb.rate().rate() + " ceil " + htb.ceil().rate();
      case TrafficClass.Unknown _ -> name;
    };
  }
}
