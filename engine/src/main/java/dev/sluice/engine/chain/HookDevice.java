package dev.sluice.engine.chain;

import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Direction;
import org.jspecify.annotations.Nullable;

/** A device as chains see it. Each hook is the same object every time. */
public interface HookDevice {
  /** Its TCX chain in a direction. */
  TcxHook tcx(Direction direction);

  /** Its XDP hook. */
  XdpHook xdp();

  /** Whether it is a device of a netkit pair. */
  boolean isNetkit();

  /** The chain of a side of its pair; null unless it is the primary device of one. */
  @Nullable NetkitHook netkit(AttachPoint.Netkit.Side side);
}
