package dev.sluice.policy.arrival;

import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.datapath.chain.Link;
import dev.sluice.datapath.program.Program;
import java.util.LinkedHashMap;
import java.util.Map;

/** Links that last as long as this is open. */
public final class OpenLinks implements SteeringLinks, AutoCloseable {
  private final Datapath datapath;
  private final Map<Device, Link> links = new LinkedHashMap<>();

  /** None yet. */
  public OpenLinks(Datapath datapath) {
    this.datapath = datapath;
  }

  @Override
  public boolean isAttached(Device device) {
    Link link = links.get(device);
    return link != null && !link.info().isDefunct();
  }

  @Override
  public void attach(Device device, Program program) {
    detach(device);
    links.put(
        device, datapath.chain(new AttachPoint.Tcx(device, Direction.INGRESS)).attach(program));
  }

  @Override
  public void detach(Device device) {
    Link link = links.remove(device);
    if (link != null) {
      link.close();
    }
  }

  @Override
  public void close() {
    links.values().forEach(Link::close);
    links.clear();
  }
}
