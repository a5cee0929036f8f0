package dev.sluice.cli.attach;

import dev.sluice.cli.output.Output;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.ChainState;
import dev.sluice.datapath.chain.Hook;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was attached, and where.
 *
 * @param at the attach point: {@code tcx:eth0/ingress}
 * @param device the device; null at a control group
 * @param direction which packets it sees
 * @param attachMode {@code TCX}, {@code TC}, {@code XDP}, {@code cgroup} or {@code netkit}
 * @param id the program's number
 * @param name its name
 * @param tag its tag
 * @param position its place in the chain; null if it is gone again
 * @param revision the chain's; null where it counts none
 * @param link the link's number; null without one
 * @param pin where the link is pinned; null if it is not
 * @param maps the maps that were made for it
 */
record Attached(
    String at,
    @Nullable String device,
    String direction,
    String attachMode,
    int id,
    String name,
    String tag,
    @Nullable Integer position,
    @Nullable Long revision,
    @Nullable Integer link,
    @Nullable String pin,
    List<AttachedMap> maps) {
  /** Copies the list. */
  Attached {
    maps = List.copyOf(maps);
  }

  /**
   * A map that was made for the program.
   *
   * @param name its name
   * @param id its number
   * @param pin where it is pinned; null if it is not
   */
  record AttachedMap(String name, int id, @Nullable String pin) {}

  /** Where a chain is: at the classic hook, a TCX chain is one there. */
  static AttachPoint placeOf(ChainState chain) {
    return chain.at() instanceof AttachPoint.Tcx tcx && chain.hook() == Hook.TC
        ? new AttachPoint.Clsact(tcx.device(), tcx.direction())
        : chain.at();
  }

  /** The name of an attach point's device; null at a control group. */
  static @Nullable String deviceOf(AttachPoint at) {
    return at instanceof AttachPoint.AtDevice place ? place.device().name() : null;
  }

  void print(Output output) {
    output.line(
        "attached %s (id %d, tag %s) to %s%s%s"
            .formatted(
                name,
                id,
                tag,
                at,
                position == null ? "" : " at position " + position,
                revision == null ? "" : ", revision " + revision));
    if (link != null) {
      output.line("link " + link + (pin == null ? "" : " pinned at " + pin));
    }
    for (AttachedMap map : maps) {
      output.line(
          "map "
              + map.name()
              + " (id "
              + map.id()
              + (map.pin() == null ? ")" : ") pinned at " + map.pin()));
    }
  }
}
