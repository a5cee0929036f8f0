package dev.sluice.engine.net;

import dev.sluice.datapath.Device;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.Intermediate;
import dev.sluice.datapath.Intermediates;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.NotFound;
import java.util.ArrayList;
import java.util.List;

/** The {@code ifb} devices of a host. */
final class EngineIntermediates implements Intermediates {
  private final Host host;

  EngineIntermediates(Host host) {
    this.host = host;
  }

  @Override
  public Device create(String name, int group) {
    Intermediates.requireName(name);
    synchronized (host.network().machine()) {
      if (host.find(name) != null) {
        throw new KernelRejected("make ifb " + name, Errno.EEXIST.number(), null, null);
      }
      return host.addIntermediate(name, group).device();
    }
  }

  @Override
  public void delete(Device device) {
    synchronized (host.network().machine()) {
      NetDevice found = host.find(device.index());
      if (found == null || found.intermediate() == null) {
        throw new NotFound("ifb", device.name());
      }
      host.removeDevice(found);
    }
  }

  @Override
  public List<Intermediate> list() {
    List<Intermediate> all = new ArrayList<>();
    synchronized (host.network().machine()) {
      for (NetDevice device : host.devices()) {
        IntermediateDevice inside = device.intermediate();
        if (inside != null) {
          all.add(new Intermediate(device.device(), inside.group(), true));
        }
      }
    }
    return all;
  }
}
