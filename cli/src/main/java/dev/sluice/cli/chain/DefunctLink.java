package dev.sluice.cli.chain;

import dev.sluice.cli.PinLayout;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.chain.Link;
import dev.sluice.datapath.chain.LinkInfo;
import dev.sluice.datapath.program.Holders;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A link that lost its attachment, because its device went or somebody detached it, and that
 * somebody still holds.
 *
 * @param link its number
 * @param id the number of its program
 * @param direction which packets it saw
 * @param holders who holds it
 * @param pins where it is pinned
 * @param mine whether Sluice pinned it
 */
public record DefunctLink(
    int link, int id, String direction, String holders, List<String> pins, boolean mine) {

  /** All of them, of every owner. */
  public static List<DefunctLink> list(Datapath datapath, PinLayout layout) {
    List<LinkInfo> links = datapath.links().list().stream().filter(LinkInfo::isDefunct).toList();
    if (links.isEmpty()) {
      return List.of();
    }
    Map<Integer, Holders> all = datapath.links().holders();
    List<DefunctLink> defunct = new ArrayList<>();
    for (LinkInfo info : links) {
      Holders holders = ChainListing.foreignTo(all.getOrDefault(info.id(), Holders.NOBODY));
      defunct.add(
          new DefunctLink(
              info.id(),
              info.programId(),
              String.valueOf(info.direction()),
              holders.toString(),
              holders.pins().stream().map(Path::toString).toList(),
              holders.pins().stream().anyMatch(layout::owns)));
    }
    return defunct;
  }

  /** The pins of Sluice's own whose link is defunct. */
  public static List<PinLayout.LinkPin> pins(Datapath datapath, PinLayout layout) {
    List<PinLayout.LinkPin> defunct = new ArrayList<>();
    for (PinLayout.LinkPin pin : layout.linkPins()) {
      try (Link link = datapath.links().openPinned(pin.path())) {
        if (link.info().isDefunct()) {
          defunct.add(pin);
        }
      } catch (NotFound _) {
        // Gone meanwhile, or no link: not ours to judge.
      }
    }
    return defunct;
  }
}
