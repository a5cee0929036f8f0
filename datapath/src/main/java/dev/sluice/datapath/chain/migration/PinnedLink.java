package dev.sluice.datapath.chain.migration;

import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.chain.Anchor;
import dev.sluice.datapath.chain.AttachOptions;
import dev.sluice.datapath.chain.Chain;
import dev.sluice.datapath.chain.Link;
import dev.sluice.datapath.program.Program;
import java.nio.file.Path;

/**
 * A link that is kept by its pin.
 *
 * @param datapath where it is
 * @param pins keeps it
 * @param path its pin
 */
record PinnedLink(Datapath datapath, LinkPins pins, Path path) {
  /** Makes it. A pin in its place, of a link that lost its attachment, goes. */
  void attach(Chain chain, int programId, Anchor anchor) {
    if (isDefunct()) {
      pins.remove(path);
    }
    try (Program program = datapath.programs().open(programId);
        Link link = chain.attach(program, AttachOptions.at(anchor))) {
      pins.pin(link, path);
    }
  }

  /** Takes the program out and removes the pin. */
  void detach() {
    try (Link link = datapath.links().openPinned(path)) {
      link.detach();
    }
    pins.remove(path);
  }

  /** Whether there is one that lost its attachment. */
  boolean isDefunct() {
    try (Link link = datapath.links().openPinned(path)) {
      return link.info().isDefunct();
    } catch (NotFound e) {
      return false;
    }
  }

  /** The number of the link; 0 if there is none. */
  int id() {
    try (Link link = datapath.links().openPinned(path)) {
      return link.info().id();
    } catch (NotFound e) {
      return 0;
    }
  }
}
