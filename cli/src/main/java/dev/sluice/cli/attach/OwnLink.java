package dev.sluice.cli.attach;

import dev.sluice.cli.PinLayout;
import dev.sluice.cli.Refusal;
import dev.sluice.cli.chain.ChainListing;
import dev.sluice.cli.chain.ChainTarget;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.ChainEntry;
import dev.sluice.datapath.chain.Link;
import dev.sluice.datapath.program.Holders;
import dev.sluice.datapath.program.ProgramInfo;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A link that Sluice may change: one that it pinned itself, or one that nobody but a pin holds and
 * whose pin the person named.
 *
 * @param link the link
 * @param pins the pins that go when the link goes
 */
public record OwnLink(Link link, List<Path> pins) implements AutoCloseable {
  /** Copies the list. */
  public OwnLink {
    pins = List.copyOf(pins);
  }

  /**
   * Opens the link of an entry.
   *
   * @param target how the person named it
   * @param entry an entry with a link
   * @throws Refusal if it belongs to somebody else
   */
  public static OwnLink open(
      Datapath datapath, PinLayout layout, AttachPoint at, ChainTarget target, ChainEntry entry) {
    Holders holders = ChainListing.foreignTo(datapath.links().holders(entry.linkId()));
    List<Path> pins = new ArrayList<>(holders.pins().stream().filter(layout::owns).toList());
    if (target instanceof ChainTarget.ByPin(Path named)
        && holders.processes().isEmpty()
        && !pins.contains(named)) {
      pins.add(named);
    }
    if (pins.isEmpty()) {
      ProgramInfo info = ChainListing.programInfo(datapath, entry.programId());
      String name = info == null ? "" : info.name() + " ";
      throw new Refusal(
          "program "
              + name
              + "(id "
              + entry.programId()
              + ") in "
              + at
              + " belongs to link "
              + entry.linkId()
              + (holders.isEmpty() ? ", whose holder is not visible" : ", held by " + holders)
              + "; only its owner may change it");
    }
    return new OwnLink(datapath.links().openPinned(pins.getFirst()), pins);
  }

  /** Takes the program out and removes the pins. */
  public void detach(PinLayout layout) {
    link.detach();
    pins.forEach(layout::removeLink);
  }

  @Override
  public void close() {
    link.close();
  }
}
