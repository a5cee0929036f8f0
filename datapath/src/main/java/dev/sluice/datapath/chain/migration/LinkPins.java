package dev.sluice.datapath.chain.migration;

import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Link;
import java.nio.file.Path;
import java.util.List;

/** Where links are pinned, so that they outlive who made them. */
public interface LinkPins {
  /** Where the link of a program at a place is pinned, or would be. */
  Path path(AttachPoint.Tcx at, String program);

  /** All pins of our own for a place, whatever became of their links. */
  List<Path> at(AttachPoint.Tcx at);

  /** Pins a link; folders that are missing are made. Nothing of them is left if that fails. */
  void pin(Link link, Path path);

  /** Removes a pin, and folders of our own that are empty then. */
  void remove(Path pin);
}
