package dev.sluice.cli.attach;

import dev.sluice.cli.PinLayout;
import dev.sluice.cli.Refusal;
import dev.sluice.cli.Rollback;
import dev.sluice.cli.Session;
import dev.sluice.cli.chain.AttachmentNote;
import dev.sluice.cli.map.MapSetting;
import dev.sluice.cli.prog.OpenedProgram;
import dev.sluice.cli.prog.ProgramSource;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.chain.Anchor;
import dev.sluice.datapath.chain.AttachMode;
import dev.sluice.datapath.chain.AttachOptions;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Chain;
import dev.sluice.datapath.chain.ChainState;
import dev.sluice.datapath.chain.Hook;
import dev.sluice.datapath.chain.Link;
import dev.sluice.datapath.chain.order.Wish;
import dev.sluice.datapath.program.BpfMap;
import dev.sluice.datapath.program.ProgramInfo;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Puts a program at a hook, or leaves everything as it was. A command ends, and a link with it, so
 * the link is pinned unless somebody wants it otherwise.
 */
public final class Attachment {
  /** How often others may change the chain before a place in it is given up. */
  private static final int RETRIES = 100;

  private final Session session;
  private final AttachmentOptions options;
  private final Datapath datapath;
  private final Chain chain;

  /**
   * An attachment that is to be made.
   *
   * @param session where
   * @param at the attach point
   * @param mode for a TCX chain, whether to fall back on the classic hook
   */
  public Attachment(Session session, AttachPoint at, AttachMode mode, AttachmentOptions options) {
    this.session = session;
    this.options = options;
    datapath = session.datapath();
    chain = datapath.chain(at, mode);
  }

  /** What holds an attachment. */
  private record Owner(@Nullable Link held, @Nullable Integer link, @Nullable Path pin) {}

  /** Makes it, and tells of it; with {@code --hold} it returns when somebody ends it. */
  public void make(ProgramSource source) {
    ChainState before = chain.query();
    KeepOptions keep = options.keep;
    if (!before.hook().hasLinks() && keep != null && keep.pin != null) {
      throw new InvalidInput(
          "command line",
          0,
          0,
          "a filter at the classic hook stays by itself and has no link to pin: leave --pin out");
    }
    requirePurpose(before.hook());
    PlaceOptions.Place place = PlaceOptions.place(options.place, datapath, before);
    try (OpenedProgram opened = ProgramSource.open(source, datapath, options.program.name);
        Rollback rollback = new Rollback()) {
      for (String setting : options.settings) {
        MapSetting.parse(setting).putInto(opened.maps(), datapath.maps());
      }
      List<Attached.AttachedMap> maps = pinMaps(opened.maps(), rollback);
      Owner owner = attach(opened, place, before, rollback);
      Attached attached = attached(opened, owner, maps);
      session.output().print(attached, attached::print);
      rollback.keep();
      if (owner.held() != null) {
        HeldLink.hold(session, owner.held());
      }
    }
  }

  private void requirePurpose(Hook hook) {
    KeepOptions keep = options.keep;
    boolean pinned = hook.hasLinks() && (keep == null || !(keep.bare || keep.hold));
    if (!options.purpose.isEmpty() && !pinned) {
      throw new InvalidInput(
          "command line", 0, 0, "--purpose is kept beside a pinned link, and there will be none");
    }
    if (options.purpose.chars().anyMatch(Character::isISOControl)) {
      throw new InvalidInput("command line", 0, 0, "--purpose is one line of text");
    }
  }

  private Owner attach(
      OpenedProgram opened, PlaceOptions.Place wanted, ChainState before, Rollback rollback) {
    KeepOptions keep = options.keep;
    if (keep != null && keep.hold) {
      Link held = placed(opened, wanted, place -> chain.attach(opened.program(), place));
      rollback.add(held::close);
      return new Owner(held, held.info().id() == 0 ? null : held.info().id(), null);
    }
    JumpTables.prune(datapath, session.pins());
    JumpTables.pin(opened, session.pins(), rollback);
    if (!before.hook().hasLinks() || (keep != null && keep.bare)) {
      Owner bare =
          placed(
              opened,
              wanted,
              place -> {
                chain.attachProgram(opened.program(), place);
                return new Owner(null, null, null);
              });
      rollback.add(() -> chain.detachProgram(opened.program(), 0));
      return bare;
    }
    Path pin = pinFor(opened.name());
    session.pins().prepare(pin, rollback);
    new AttachmentNote(PlaceOptions.wish(options.place), options.purpose)
        .write(datapath, session.pins(), pin, rollback);
    try (Link link = placed(opened, wanted, place -> chain.attach(opened.program(), place))) {
      link.pin(pin);
      rollback.add(() -> session.pins().remove(pin));
    }
    if (wanted instanceof PlaceOptions.Wished && OrderedChain.isMovable(before.hook())) {
      new OrderedChain(session, chain).settle(pin);
    }
    try (Link link = datapath.links().openPinned(pin)) {
      return new Owner(null, link.info().id(), pin);
    }
  }

  /**
   * Attaches at the wanted place; one that was found by wishes is looked for again if others move.
   */
  private <T> T placed(
      OpenedProgram opened, PlaceOptions.Place wanted, Function<AttachOptions, T> attaching) {
    for (int i = 0; ; i++) {
      try {
        return attaching.apply(optionsFor(opened, wanted));
      } catch (KernelRejected e) {
        boolean quicker = e.is(Errno.ESTALE) || e.is(Errno.ENOENT);
        boolean wished = wanted instanceof PlaceOptions.Wished;
        if (!wished || !quicker || options.expect != 0 || i == RETRIES) {
          throw e;
        }
      }
    }
  }

  private AttachOptions optionsFor(OpenedProgram opened, PlaceOptions.Place wanted) {
    return switch (wanted) {
      case PlaceOptions.At(Anchor anchor) -> new AttachOptions(anchor, options.expect);
      case PlaceOptions.Wished(Wish wish) ->
          new OrderedChain(session, chain).placeFor(opened.name(), wish, options.expect);
    };
  }

  private Attached attached(OpenedProgram opened, Owner owner, List<Attached.AttachedMap> maps) {
    ProgramInfo info = opened.program().info();
    ChainState after = chain.query();
    AttachPoint at = Attached.placeOf(after);
    OptionalInt position =
        owner.link() == null ? after.indexOfProgram(info.id()) : after.indexOfLink(owner.link());
    return new Attached(
        at.toString(),
        Attached.deviceOf(at),
        at.direction().toString(),
        after.hook().title(),
        info.id(),
        opened.name(),
        info.tag(),
        position.isPresent() ? position.getAsInt() : null,
        after.hook().hasRevision() ? after.revision() : null,
        owner.link(),
        owner.pin() == null ? null : owner.pin().toString(),
        maps);
  }

  private List<Attached.AttachedMap> pinMaps(Map<String, BpfMap> maps, Rollback rollback) {
    List<Attached.AttachedMap> pinned = new ArrayList<>();
    maps.forEach(
        (mapName, map) -> {
          Path pin = options.pinMaps == null ? null : options.pinMaps.resolve(mapName);
          if (pin != null) {
            session.pins().prepare(pin, rollback);
            map.pin(pin);
            rollback.add(() -> session.pins().remove(pin));
          }
          pinned.add(
              new Attached.AttachedMap(
                  mapName, map.info().id(), pin == null ? null : pin.toString()));
        });
    return pinned;
  }

  /** Where to pin. What Sluice pinned there for what is gone makes room. */
  private Path pinFor(String programName) {
    if (options.keep != null && options.keep.pin != null) {
      return options.keep.pin;
    }
    PinLayout pins = session.pins();
    long namespace = PinLayout.inode(session.namespace());
    Path pin = pins.linkPin(namespace, chain.at(), programName).path();
    if (!PinLayout.exists(pin)) {
      return pin;
    }
    boolean defunct;
    try (Link old = datapath.links().openPinned(pin)) {
      defunct = old.info().isDefunct();
    } catch (NotFound e) {
      throw new Refusal(pin + " is in the way, and it is not a link");
    }
    if (!defunct) {
      throw new Refusal(
          programName
              + " is attached to "
              + chain.at()
              + " already, with its link pinned at "
              + pin
              + "; update it in place with "
              + (chain.at() instanceof AttachPoint.Tcx ? "sluice tcx update" : "sluice update")
              + ", or choose another place with --pin");
    }
    pins.removeLink(pin);
    return pin;
  }
}
