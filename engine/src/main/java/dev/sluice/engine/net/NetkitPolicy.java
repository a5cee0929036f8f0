package dev.sluice.engine.net;

/**
 * What becomes of the packets of a netkit device without programs ({@code enum netkit_action} in
 * {@code include/uapi/linux/if_link.h}).
 */
public enum NetkitPolicy {
  /** They pass: the default. */
  FORWARD,
  /** They are dropped: no packet passes before a program is there to judge it. */
  BLACKHOLE
}
