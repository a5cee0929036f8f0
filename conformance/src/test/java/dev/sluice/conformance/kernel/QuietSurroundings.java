package dev.sluice.conformance.kernel;

import dev.sluice.engine.skb.SocketBuffer;
import dev.sluice.engine.vm.MapSlots;
import dev.sluice.engine.vm.Surroundings;
import org.jspecify.annotations.Nullable;

/** What the network namespace of a test run has: a loopback device. */
final class QuietSurroundings implements Surroundings {
  private static final int LOOPBACK_MTU = 65_536;
  private final MapSlots slots = new MapSlots();

  @Override
  public long nanoseconds() {
    return 0;
  }

  @Override
  public int random() {
    return 0;
  }

  @Override
  public MapSlots mapSlots() {
    return slots;
  }

  @Override
  public int cloneRedirect(SocketBuffer packet, int deviceIndex, boolean ingress) {
    return deviceIndex == 1 ? 0 : -22;
  }

  @Override
  public int mtu(int deviceIndex) {
    return deviceIndex == 1 ? LOOPBACK_MTU : -1;
  }

  @Override
  public void trace(String line) {}

  @Override
  public @Nullable EventSink events() {
    return null;
  }
}
