package dev.sluice.cli.top;

import dev.sluice.cli.chain.DeviceHooks;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.tc.ClassEntry;
import dev.sluice.datapath.tc.QdiscEntry;
import dev.sluice.datapath.tc.Statistics;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The counters of all queues at a moment, in the order they are listed.
 *
 * @param nanoseconds when
 * @param queues the counters
 */
record Sample(long nanoseconds, Map<Key, Statistics> queues) {
  /**
   * A qdisc or a class.
   *
   * @param device its device
   * @param name {@code htb 1:} or {@code class 1:10}
   * @param place the class, or what the qdisc hangs from
   */
  record Key(Device device, String name, Handle place) {
    boolean isRoot() {
      return place.equals(Handle.ROOT);
    }
  }

  /** Reads the counters of devices. */
  static Sample of(Datapath datapath, List<Device> devices) {
    Map<Key, Statistics> queues = new LinkedHashMap<>();
    for (Device device : devices) {
      queues.putAll(DeviceHooks.unlessGone(() -> read(datapath, device), Map.of()));
    }
    return new Sample(System.nanoTime(), queues);
  }

  private static Map<Key, Statistics> read(Datapath datapath, Device device) {
    Map<Key, Statistics> queues = new LinkedHashMap<>();
    for (QdiscEntry entry : datapath.trafficControl().qdiscs(device)) {
      queues.put(
          new Key(device, entry.qdisc().kind() + " " + entry.handle(), entry.parent()),
          entry.statistics());
    }
    for (ClassEntry entry : datapath.trafficControl().classes(device)) {
      queues.put(new Key(device, "class " + entry.id(), entry.id()), entry.statistics());
    }
    return queues;
  }

  /** What happened from an earlier moment until this one; what is new then counts from 0. */
  List<TopReport.Queue> since(Sample before) {
    double seconds = (nanoseconds - before.nanoseconds()) / 1e9;
    Map<Device, Double> sent = new LinkedHashMap<>();
    queues.forEach(
        (key, now) -> {
          if (key.isRoot()) {
            sent.put(key.device(), (double) (now.bytes() - before.of(key).bytes()));
          }
        });
    List<TopReport.Queue> rows = new ArrayList<>();
    queues.forEach(
        (key, now) -> {
          Statistics then = before.of(key);
          long bytes = now.bytes() - then.bytes();
          if (bytes > 0 || now.drops() > then.drops() || now.queueLength() > 0) {
            double whole = sent.getOrDefault(key.device(), 0.0);
            rows.add(row(key, now, then, seconds, whole > 0 ? 100 * bytes / whole : null));
          }
        });
    return rows;
  }

  private Statistics of(Key key) {
    return Objects.requireNonNullElse(queues.get(key), Statistics.ZERO);
  }

  private static TopReport.Queue row(
      Key key, Statistics now, Statistics then, double seconds, @Nullable Double share) {
    Statistics.HtbClass htb = now.own() instanceof Statistics.HtbClass own ? own : null;
    return new TopReport.Queue(
        key.device().name(),
        key.name(),
        Math.round(8 * (now.bytes() - then.bytes()) / seconds),
        Math.round((now.packets() - then.packets()) / seconds),
        key.place().equals(Handle.CLSACT) ? null : share,
        now.drops() - then.drops(),
        now.backlog(),
        now.queueLength(),
        htb == null ? null : htb.tokens(),
        htb == null ? null : htb.ceilTokens());
  }
}
