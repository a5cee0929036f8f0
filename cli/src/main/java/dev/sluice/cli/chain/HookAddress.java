package dev.sluice.cli.chain;

import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.chain.AttachMode;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.datapath.chain.Hook;
import dev.sluice.kernel.bpf.ControlGroup;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How a person names an attach point: {@code tcx:eth0/ingress}, {@code xdp:eth0}. */
public final class HookAddress {
  /** All forms, for messages and help. */
  public static final String FORMS =
      "tcx:DEV/ingress|egress, tc:DEV/ingress|egress, xdp:DEV[/native|generic|offload],"
          + " cgroup:PATH/ingress|egress or netkit:DEV/primary|peer";

  private final Hook hook;
  private final String place;
  private final String way;

  private HookAddress(Hook hook, String place, String way) {
    this.hook = hook;
    this.place = place;
    this.way = way;
  }

  /**
   * Reads an attach point; its device is not looked up yet.
   *
   * @throws InvalidInput if it is none
   */
  public static HookAddress parse(String text) {
    int colon = text.indexOf(':');
    Hook hook =
        Hook.withPrefix(text.substring(0, Math.max(0, colon)))
            .orElseThrow(() -> wrong(text, "expected " + FORMS));
    String rest = text.substring(colon + 1);
    int slash = rest.lastIndexOf('/');
    String place = slash < 0 ? rest : rest.substring(0, slash);
    String way = slash < 0 ? "" : rest.substring(slash + 1);
    List<String> ways = ways(hook);
    if (place.isEmpty()) {
      throw wrong(
          text,
          "expected a " + (hook == Hook.CGROUP ? "control group" : "device") + " behind the :");
    }
    if (!ways.contains(way) && !(way.isEmpty() && hook == Hook.XDP)) {
      throw wrong(
          text,
          "expected %s:%s/%s%s"
              .formatted(
                  hook.prefix(),
                  hook == Hook.XDP && slash < 0 ? rest : place,
                  String.join("|", ways),
                  hook == Hook.XDP ? ", or nothing behind the device" : ""));
    }
    return new HookAddress(hook, place, way);
  }

  private static List<String> ways(Hook hook) {
    return switch (hook) {
      case TCX, TC, CGROUP -> names(Arrays.stream(Direction.values()));
      case NETKIT -> names(Arrays.stream(AttachPoint.Netkit.Side.values()));
      case XDP ->
          names(
              Arrays.stream(AttachPoint.Xdp.Mode.values())
                  .filter(mode -> mode != AttachPoint.Xdp.Mode.ANY));
    };
  }

  private static List<String> names(Stream<?> values) {
    return values.map(Object::toString).collect(Collectors.toList());
  }

  private static InvalidInput wrong(String text, String expected) {
    return new InvalidInput("command line", 0, 0, expected + ", found \"" + text + "\"");
  }

  /**
   * How its chain is asked for. A hook that is named is meant: there is no falling back on the
   * classic one where TCX is missing.
   */
  public AttachMode mode() {
    return AttachMode.exactly(hook);
  }

  /**
   * The attach point, in a datapath.
   *
   * @throws dev.sluice.datapath.NotFound if there is no such device
   */
  public AttachPoint in(Datapath datapath) {
    return switch (hook) {
      case TCX -> new AttachPoint.Tcx(device(datapath), value(Direction.class));
      case TC -> new AttachPoint.Clsact(device(datapath), value(Direction.class));
      case XDP ->
          new AttachPoint.Xdp(
              device(datapath),
              way.isEmpty() ? AttachPoint.Xdp.Mode.ANY : value(AttachPoint.Xdp.Mode.class));
      case NETKIT -> new AttachPoint.Netkit(device(datapath), value(AttachPoint.Netkit.Side.class));
      case CGROUP -> new AttachPoint.Cgroup(group(), value(Direction.class));
    };
  }

  private Device device(Datapath datapath) {
    return datapath.device(place);
  }

  private <E extends Enum<E>> E value(Class<E> type) {
    return Enum.valueOf(type, way.toUpperCase(Locale.ROOT));
  }

  /** A path that is not absolute is one below the mount point of control groups. */
  private Path group() {
    Path path = Path.of(place);
    List<Path> mounts = ControlGroup.mounts();
    return path.isAbsolute() || mounts.isEmpty()
        ? path.toAbsolutePath().normalize()
        : mounts.getFirst().resolve(path).normalize();
  }

  /** As it is written: {@code tcx:eth0/ingress}. */
  @Override
  public String toString() {
    return hook.prefix() + ":" + place + (way.isEmpty() ? "" : "/" + way);
  }
}
