package dev.sluice.engine.net;

import dev.sluice.engine.skb.SocketBuffer;
import dev.sluice.engine.vm.Execution;
import dev.sluice.engine.vm.MapSlots;
import dev.sluice.engine.vm.Surroundings;
import org.jspecify.annotations.Nullable;

/** What programs at a hook may ask of the host that they run on, and the memory they run in. */
final class HookRun implements Surroundings {
  private final Network network;
  private final Execution execution;
  private @Nullable Host host;

  HookRun(Network network) {
    this.network = network;
    execution = new Execution(this);
  }

  Execution execution() {
    return execution;
  }

  void setHost(Host newHost) {
    host = newHost;
  }

  Host host() {
    if (host == null) {
      throw new IllegalStateException("a run is on a host");
    }
    return host;
  }

  @Override
  public long nanoseconds() {
    return network.timeline().nanoseconds();
  }

  @Override
  public int random() {
    return network.machine().nextRandom();
  }

  @Override
  public MapSlots mapSlots() {
    return network.machine().mapSlots();
  }

  @Override
  public int cloneRedirect(SocketBuffer packet, int deviceIndex, boolean ingress) {
    return host().cloneRedirect(packet, deviceIndex, ingress);
  }

  @Override
  public int mtu(int deviceIndex) {
    NetDevice device = host().find(deviceIndex);
    return device == null ? -1 : device.mtu();
  }

  @Override
  public void trace(String line) {
    network.traceSink().accept(line);
  }

  @Override
  public @Nullable EventSink events() {
    return network.events();
  }
}
