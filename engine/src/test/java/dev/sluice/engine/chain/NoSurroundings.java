package dev.sluice.engine.chain;

import dev.sluice.engine.skb.SocketBuffer;
import dev.sluice.engine.vm.MapSlots;
import dev.sluice.engine.vm.Surroundings;
import org.jspecify.annotations.Nullable;

/** A machine without anything around. */
public final class NoSurroundings implements Surroundings {
  private final MapSlots slots = new MapSlots();

  @Override
  public long nanoseconds() {
    return 0;
  }

  @Override
  public int random() {
    return 4;
  }

  @Override
  public MapSlots mapSlots() {
    return slots;
  }

  @Override
  public int cloneRedirect(SocketBuffer packet, int deviceIndex, boolean ingress) {
    return -22;
  }

  @Override
  public int mtu(int deviceIndex) {
    return -1;
  }

  @Override
  public void trace(String line) {}

  @Override
  public @Nullable EventSink events() {
    return null;
  }
}
