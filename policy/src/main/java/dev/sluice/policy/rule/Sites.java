package dev.sluice.policy.rule;

import dev.sluice.datapath.chain.order.NamePattern;
import dev.sluice.policy.program.Tables;
import dev.sluice.policy.spec.Target;
import dev.sluice.policy.spec.Way;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** At which hooks a rule holds, from what it says of devices, workloads and ways. */
final class Sites {
  private final Scene scene;

  Sites(Scene scene) {
    this.scene = scene;
  }

  /**
   * The hooks of a rule.
   *
   * @param at where the rule stands
   * @param way null for both
   */
  List<Integer> of(
      Scene.Source source,
      String at,
      @Nullable String device,
      @Nullable Target workload,
      @Nullable Way way) {
    if ((device == null) == (workload == null)) {
      throw source.fault().apply(at, "expected one of device and workload");
    }
    List<Integer> hooks = new ArrayList<>();
    if (device != null) {
      NamePattern pattern = NamePattern.of(device);
      scene.devices().stream()
          .filter(one -> pattern.means(one.name()))
          .forEach(one -> add(hooks, one.index(), way, true));
    }
    if (workload != null) {
      for (BoundWorkload one : scene.workloads()) {
        if (one.device() != null && Selection.means(workload, one.workload())) {
          add(hooks, one.device().index(), way, false);
        }
      }
    }
    boolean mayBeNone = source.kept() || (device != null && NamePattern.of(device).isPattern());
    if (hooks.isEmpty() && !mayBeNone) {
      throw source
          .fault()
          .apply(
              at + (device != null ? "/device" : "/workload"),
              device != null ? "no device is called " + device : "it means none of the workloads");
    }
    return hooks;
  }

  /** What leaves by a device goes up; to a workload behind it, it comes down. */
  private static void add(List<Integer> hooks, int index, @Nullable Way way, boolean upIsEgress) {
    if (way != Way.DOWNLOAD) {
      hooks.add(Tables.hook(index, upIsEgress));
    }
    if (way != Way.UPLOAD) {
      hooks.add(Tables.hook(index, !upIsEgress));
    }
  }
}
