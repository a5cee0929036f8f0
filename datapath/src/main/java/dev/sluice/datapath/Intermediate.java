package dev.sluice.datapath;

/**
 * An {@code ifb} device.
 *
 * @param device its index and name
 * @param group its device group ({@code ip link show group}), 32 bits; 0 where nobody gave one
 * @param up whether it is switched on; one that is not drops what is redirected to it
 */
public record Intermediate(Device device, int group, boolean up) {
  @Override
  public String toString() {
    return device.name();
  }
}
