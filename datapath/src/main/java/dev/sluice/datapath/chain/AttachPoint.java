package dev.sluice.datapath.chain;

import dev.sluice.datapath.Device;
import java.nio.file.Path;
import java.util.Locale;

/** A place where programs see packets. */
public sealed interface AttachPoint {
  /** The kind of hook. */
  Hook hook();

  /** Which packets it sees. */
  Direction direction();

  /** A place at a device. */
  sealed interface AtDevice extends AttachPoint {
    /** The device it is at. */
    Device device();
  }

  /**
   * A device's TCX chain: programs in an order of their own, before the classic filters.
   *
   * @param device the device
   * @param direction which packets it sees
   */
  record Tcx(Device device, Direction direction) implements AtDevice {
    @Override
    public Hook hook() {
      return Hook.TCX;
    }

    /** Reads {@code tcx:eth0/ingress}. */
    @Override
    public String toString() {
      return "tcx:" + device + "/" + direction;
    }
  }

  /**
   * A device's classic hook: the direct-action programs among the filters of its clsact qdisc.
   *
   * @param device the device
   * @param direction which packets it sees
   */
  record Clsact(Device device, Direction direction) implements AtDevice {
    @Override
    public Hook hook() {
      return Hook.TC;
    }

    /** Reads {@code tc:eth0/ingress}. */
    @Override
    public String toString() {
      return "tc:" + device + "/" + direction;
    }
  }

  /**
   * A device's XDP hook: one program for what arrives, before there are socket buffers.
   *
   * @param device the device
   * @param mode who runs the program
   */
  record Xdp(Device device, Mode mode) implements AtDevice {
    /** Who runs the program ({@code XDP_FLAGS_MODES} in {@code include/uapi/linux/if_link.h}). */
    public enum Mode {
      /** The driver if it can, else the generic code of the stack. */
      ANY,
      /** The driver. */
      NATIVE,
      /** The stack, for any driver, when the socket buffer is there already. */
      GENERIC,
      /** The hardware. */
      OFFLOAD;

      @Override
      public String toString() {
        return name().toLowerCase(Locale.ROOT);
      }
    }

    /** A device's XDP hook, in whatever mode the driver can. */
    public Xdp(Device device) {
      this(device, Mode.ANY);
    }

    @Override
    public Hook hook() {
      return Hook.XDP;
    }

    /** Always what arrives. */
    @Override
    public Direction direction() {
      return Direction.INGRESS;
    }

    /** Reads {@code xdp:eth0} or {@code xdp:eth0/generic}. */
    @Override
    public String toString() {
      return "xdp:" + device + (mode == Mode.ANY ? "" : "/" + mode);
    }
  }

  /**
   * A control group: its programs see the packets of sockets whose owners are in the group or below
   * it, whatever the device. Each program runs, whatever the others say; a packet goes on if all
   * let it pass.
   *
   * @param path the absolute path of a group in the file system of control groups, version 2
   * @param direction what the sockets receive or send
   */
  record Cgroup(Path path, Direction direction) implements AttachPoint {
    @Override
    public Hook hook() {
      return Hook.CGROUP;
    }

    /** Reads {@code cgroup:/sys/fs/cgroup/shop/egress}. */
    @Override
    public String toString() {
      return "cgroup:" + path + "/" + direction;
    }
  }

  /**
   * One side of a netkit pair. Programs of both sides are attached at the primary device.
   *
   * @param device the primary device
   * @param side whose packets it sees
   */
  record Netkit(Device device, Side side) implements AtDevice {
    /** A device of the pair. */
    public enum Side {
      /** What is sent through the primary device, to the peer. */
      PRIMARY,
      /** What is sent through the peer device, to the primary. */
      PEER;

      @Override
      public String toString() {
        return name().toLowerCase(Locale.ROOT);
      }
    }

    @Override
    public Hook hook() {
      return Hook.NETKIT;
    }

    /** As the primary device sees it: what the peer sends arrives there. */
    @Override
    public Direction direction() {
      return side == Side.PRIMARY ? Direction.EGRESS : Direction.INGRESS;
    }

    /** Reads {@code netkit:nk0/primary}. */
    @Override
    public String toString() {
      return "netkit:" + device + "/" + side;
    }
  }
}
