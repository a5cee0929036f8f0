package dev.sluice.cli.tcx;

import dev.sluice.cli.PinLayout;
import dev.sluice.cli.Rollback;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Link;
import dev.sluice.datapath.chain.migration.LinkPins;
import java.nio.file.Path;
import java.util.List;

/**
 * Pins of links where {@code sluice tcx attach} makes them.
 *
 * @param layout where that is
 * @param namespace the inode number of the network namespace
 */
record PinnedLinks(PinLayout layout, long namespace) implements LinkPins {
  @Override
  public Path path(AttachPoint.Tcx at, String program) {
    return layout.linkPin(namespace, at, program).path();
  }

  @Override
  public List<Path> at(AttachPoint.Tcx at) {
    return layout.linkPins().stream()
        .filter(pin -> pin.isAt(at, namespace))
        .map(PinLayout.LinkPin::path)
        .toList();
  }

  @Override
  public void pin(Link link, Path path) {
    try (Rollback rollback = new Rollback()) {
      layout.prepare(path, rollback);
      link.pin(path);
      rollback.keep();
    }
  }

  @Override
  public void remove(Path pin) {
    layout.removeLink(pin);
  }
}
