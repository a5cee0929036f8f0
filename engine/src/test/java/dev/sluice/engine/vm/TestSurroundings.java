package dev.sluice.engine.vm;

import dev.sluice.engine.Machine;
import dev.sluice.engine.skb.SocketBuffer;
import org.jspecify.annotations.Nullable;

/** Surroundings without a network. */
public final class TestSurroundings implements Surroundings {
  private final Machine machine;

  /** The surroundings of programs on a machine. */
  public TestSurroundings(Machine machine) {
    this.machine = machine;
  }

  @Override
  public long nanoseconds() {
    return machine.clock().nanoseconds();
  }

  @Override
  public int random() {
    return machine.nextRandom();
  }

  @Override
  public MapSlots mapSlots() {
    return machine.mapSlots();
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
