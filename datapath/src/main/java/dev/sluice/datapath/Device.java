package dev.sluice.datapath;

/**
 * A network device.
 *
 * @param index the interface index, 1 or more; unique within a network namespace, and never reused
 *     while the namespace lives unless it wraps
 * @param name the interface name, 1 to 15 characters
 */
public record Device(int index, String name) {
  /** Checks the ranges ({@code IFNAMSIZ} is 16 with its terminating zero). */
  public Device {
    if (index < 1) {
      throw new IllegalArgumentException("interface index must be 1 or more: " + index);
    }
    if (name.isEmpty() || name.length() > 15) {
      throw new IllegalArgumentException(
          "interface name must have 1 to 15 characters: \"" + name + "\"");
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
