package dev.sluice.datapath.chain;

import org.jspecify.annotations.Nullable;

/**
 * What is known of a link.
 *
 * @param id its number in the kernel; 0 for an attachment at the classic hook, which has no link in
 *     the kernel
 * @param type its type as the kernel's listing tools call it: {@code tcx}, {@code xdp}, {@code
 *     cgroup}, {@code netkit} or another; {@code tc} at the classic hook
 * @param programId the number of the attached program
 * @param place where it is attached
 */
public record LinkInfo(int id, String type, int programId, Place place) {
  /** Where a link is attached. */
  public sealed interface Place {}

  /**
   * At a device.
   *
   * @param hook which of its hooks
   * @param deviceIndex the device's index in its own network namespace; 0 if the link is defunct
   * @param direction which packets it sees
   */
  public record AtDevice(Hook hook, int deviceIndex, Direction direction) implements Place {}

  /**
   * At a control group.
   *
   * @param cgroupId the group's number, which is the inode number of its folder; 0 if the link is
   *     defunct
   * @param direction which packets it sees
   */
  public record AtCgroup(long cgroupId, Direction direction) implements Place {}

  /** At none of the hooks that Sluice knows. */
  public record Elsewhere() implements Place {}

  /** A link at a device's hook. */
  public static LinkInfo atDevice(
      int id, Hook hook, int programId, int deviceIndex, Direction direction) {
    return new LinkInfo(id, hook.prefix(), programId, new AtDevice(hook, deviceIndex, direction));
  }

  /** The index of its device; 0 if it is defunct or not at a device. */
  public int deviceIndex() {
    return place instanceof AtDevice at ? at.deviceIndex() : 0;
  }

  /** Which packets it sees; null where it is at no hook that Sluice knows. */
  public @Nullable Direction direction() {
    return switch (place) {
      case AtDevice at -> at.direction();
      case AtCgroup at -> at.direction();
      case Elsewhere _ -> null;
    };
  }

  /** The hook; null where it is none that Sluice knows. */
  public @Nullable Hook hook() {
    return switch (place) {
      case AtDevice at -> at.hook();
      case AtCgroup _ -> Hook.CGROUP;
      case Elsewhere _ -> null;
    };
  }

  /** Whether it has lost its attachment: the device or the group went, or a detach. */
  public boolean isDefunct() {
    return switch (place) {
      case AtDevice at -> at.deviceIndex() == 0;
      case AtCgroup at -> at.cgroupId() == 0;
      case Elsewhere _ -> false;
    };
  }
}
