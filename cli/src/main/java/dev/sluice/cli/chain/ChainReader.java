package dev.sluice.cli.chain;

import dev.sluice.cli.PinLayout;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.chain.AttachMode;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.ChainEntry;
import dev.sluice.datapath.chain.ChainState;
import dev.sluice.datapath.program.Holders;
import dev.sluice.datapath.program.ProgramInfo;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads chains for listings, and looks only once for the holders of all their links. */
public final class ChainReader {
  private final Datapath datapath;
  private final PinLayout layout;
  private final RunCounters counters;
  private @Nullable Map<Integer, Holders> holders;

  /**
   * A reader for one listing.
   *
   * @param datapath where the chains are
   * @param layout tells Sluice's own pins from others
   * @param counters how often programs ran
   */
  public ChainReader(Datapath datapath, PinLayout layout, RunCounters counters) {
    this.datapath = datapath;
    this.layout = layout;
    this.counters = counters;
  }

  /** The chain at an attach point as it is now. */
  public ChainListing read(AttachPoint.AtDevice at, AttachMode mode) {
    ChainState state = datapath.chain(at, mode).query();
    return new ChainListing(
        at.device().name(),
        at.direction().toString(),
        state.hook().title(),
        state.hook().hasRevision() ? state.revision() : null,
        entries(state));
  }

  /** The programs at a hook, in the order they run; none where there is no such hook. */
  public List<ChainListing.Entry> find(AttachPoint at) {
    ChainState state = DeviceHooks.find(datapath, at);
    return state == null ? List.of() : entries(state);
  }

  /** The programs of a chain, in the order they run. */
  List<ChainListing.Entry> entries(ChainState state) {
    List<ChainListing.Entry> entries = new ArrayList<>();
    for (ChainEntry entry : state.entries()) {
      entries.add(describe(entries.size(), entry));
    }
    return entries;
  }

  private ChainListing.Entry describe(int position, ChainEntry entry) {
    ProgramInfo info = ChainListing.programInfo(datapath, entry.programId());
    Holders held = entry.hasLink() ? holdersOf(entry.linkId()) : null;
    List<Path> pins = held == null ? List.of() : held.pins();
    boolean classic = !entry.place().equals(ChainEntry.Place.NONE);
    RunCounters.@Nullable Count count = info == null ? null : counters.of(info);
    boolean mine = pins.stream().anyMatch(layout::owns);
    return new ChainListing.Entry(
        position,
        entry.programId(),
        info == null ? null : info.name(),
        info == null ? null : info.tag(),
        mine ? "sluice" : owner(held),
        entry.hasLink() ? entry.linkId() : null,
        pins.stream().map(Path::toString).toList(),
        mine,
        mine ? purpose(pins) : null,
        classic ? entry.place().priority() : null,
        classic ? "0x" + Integer.toHexString(entry.place().handle()) : null,
        count == null ? null : count.runs(),
        count == null ? null : count.nanoseconds());
  }

  private @Nullable String purpose(List<Path> pins) {
    for (Path pin : pins) {
      if (layout.isPolicy(pin)) {
        return "policy";
      }
      String said = AttachmentNote.read(datapath, layout, pin).purpose();
      if (!said.isEmpty()) {
        return said;
      }
    }
    return null;
  }

  private Holders holdersOf(int link) {
    Map<Integer, Holders> all = holders;
    if (all == null) {
      all = datapath.links().holders();
      holders = all;
    }
    return ChainListing.foreignTo(all.getOrDefault(link, Holders.NOBODY));
  }

  private static String owner(@Nullable Holders holders) {
    if (holders == null) {
      return "bare";
    }
    if (!holders.processes().isEmpty()) {
      return holders.processes().stream().map(Object::toString).collect(Collectors.joining(","));
    }
    return holders.pins().isEmpty() ? "unknown" : "pin";
  }
}
