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
 * @param deviceIndex the index of its device; 0 if it is defunct or not at a device
 * @param direction which packets it sees; null where not at a device's chain
 */
public record LinkInfo(
    int id, String type, int programId, int deviceIndex, @Nullable Direction direction) {
  /** Whether a link at a device's chain has lost its attachment: the device went, or a detach. */
  public boolean isDefunct() {
    return direction != null && deviceIndex == 0;
  }
}
