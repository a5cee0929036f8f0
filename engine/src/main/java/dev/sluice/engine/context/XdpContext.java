package dev.sluice.engine.context;

import dev.sluice.engine.skb.SocketBuffer;
import dev.sluice.engine.vm.Address;
import dev.sluice.engine.vm.Execution;
import org.jspecify.annotations.Nullable;

/**
 * {@code struct xdp_md}: all fields are loaded whole, none is stored. {@code egress_ifindex} is for
 * programs in device maps only, which the engine does not run ({@code xdp_is_valid_access}).
 */
final class XdpContext extends ContextLayout {
  static final int DATA = 0;
  static final int DATA_END = 4;
  static final int DATA_META = 8;
  static final int INGRESS_IFINDEX = 12;
  static final int RX_QUEUE_INDEX = 16;

  static final XdpContext INSTANCE = new XdpContext();

  private XdpContext() {
    super(24);
  }

  @Override
  public long load(Execution execution, int offset, int bytes) {
    if (bytes != 4) {
      throw noField("load", bytes, offset);
    }
    SocketBuffer packet = execution.packet;
    return switch (offset) {
      case DATA -> Address.of(Address.PACKET, packet.head);
      case DATA_END -> Address.of(Address.PACKET, packet.end);
      case DATA_META -> Address.of(Address.PACKET, packet.metaStart);
      case INGRESS_IFINDEX -> packet.deviceIndex & 0xffff_ffffL;
      case RX_QUEUE_INDEX -> packet.queueMapping & 0xffff_ffffL;
      default -> throw noField("load", bytes, offset);
    };
  }

  @Override
  public void store(Execution execution, int offset, int bytes, long value) {
    throw noField("store", bytes, offset);
  }

  @Override
  public boolean canLoad(int offset, int bytes) {
    return bytes == 4 && offset % 4 == 0 && offset >= DATA && offset <= RX_QUEUE_INDEX;
  }

  @Override
  public boolean canStore(int offset, int bytes) {
    return false;
  }

  @Override
  public @Nullable ContextPointer pointerAt(int offset) {
    return switch (offset) {
      case DATA -> ContextPointer.DATA;
      case DATA_END -> ContextPointer.DATA_END;
      case DATA_META -> ContextPointer.DATA_META;
      default -> null;
    };
  }

  @Override
  public @Nullable String plainField(int offset) {
    return switch (offset) {
      case INGRESS_IFINDEX -> "deviceIndex";
      case RX_QUEUE_INDEX -> "queueMapping";
      default -> null;
    };
  }
}
