package dev.sluice.packet;

/**
 * A VLAN tag as a value.
 *
 * @param id the network's number, 0 to 4095
 * @param priority the priority, 0 to 7
 * @param dropEligible whether it may be dropped first
 * @param type what follows: an {@link EtherType}
 */
public record VlanHeader(int id, int priority, boolean dropEligible, int type) {
  /** Checks the ranges. */
  public VlanHeader {
    Fields.require("vlan id", id, 12);
    Fields.require("vlan priority", priority, 3);
    Fields.require("type", type, 16);
  }

  /** The value of a tag that is seen. */
  public static VlanHeader of(VlanTag view) {
    return new VlanHeader(view.id(), view.priority(), view.isDropEligible(), view.type());
  }

  /** Writes the tag's 4 bytes. */
  public void write(byte[] bytes, int at) {
    Fields.put16(bytes, at, priority << 13 | (dropEligible ? 0x1000 : 0) | id);
    Fields.put16(bytes, at + 2, type);
  }
}
