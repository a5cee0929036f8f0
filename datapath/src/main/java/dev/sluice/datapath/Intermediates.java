package dev.sluice.datapath;

import java.util.List;

/**
 * The {@code ifb} devices of a datapath ({@code drivers/net/ifb.c}), which queue what was
 * redirected to them. A packet that a program at a device's ingress redirects to one ({@code
 * bpf_redirect} with flags 0) passes the root qdisc of the {@code ifb}, and then arrives at the
 * device that it came from as if it had not been away: behind that device's ingress hook, which it
 * does not pass again. Its mark and its priority stay.
 *
 * <p>From a device's egress hook no program can do that: only {@code mirred} notes where the packet
 * was. A packet that comes to an {@code ifb} in any other way is dropped there. So is one that is
 * redirected to a device that is gone, or down.
 */
public interface Intermediates {
  /**
   * Makes one and switches it on. It has one queue to send from, with a transmit queue length of
   * 1000 packets and the system's default qdisc, and no address of any family.
   *
   * @param name 1 to 15 characters, none of them white space, {@code /}, {@code :} or {@code %},
   *     and not {@code .} or {@code ..}
   * @param group its device group from the moment it is there, for its owner to know it by; 32 bits
   * @throws InvalidInput if it cannot be a name
   * @throws KernelRejected {@code EEXIST} a device has the name already; {@code EOPNOTSUPP} the
   *     kernel has no {@code ifb}
   * @throws NotPermitted without {@code CAP_NET_ADMIN}
   */
  Device create(String name, int group);

  /**
   * Removes one. What waits in its queue is lost. Redirects to it must have ended before.
   *
   * @throws NotFound if there is no such device, or it is no {@code ifb}; nothing is removed then
   * @throws NotPermitted without {@code CAP_NET_ADMIN}
   */
  void delete(Device device);

  /** All that there are, whoever made them, in the order of their index. */
  List<Intermediate> list();

  /**
   * Checks a name ({@code dev_valid_name} in {@code net/core/dev.c}).
   *
   * @throws InvalidInput if it cannot be a device's name
   */
  static void requireName(String name) {
    boolean sound =
        !name.isEmpty() && name.length() <= 15 && !name.equals(".") && !name.equals("..");
    if (!sound || name.chars().anyMatch(c -> "/:%".indexOf(c) >= 0 || c <= ' ' || c > '~')) {
      throw new InvalidInput(
          "device",
          0,
          0,
          "found the name '"
              + name
              + "', expected 1 to 15 characters without white space, '/', ':' and '%'");
    }
  }
}
