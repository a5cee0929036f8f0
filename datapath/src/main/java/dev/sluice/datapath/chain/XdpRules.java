package dev.sluice.datapath.chain;

import dev.sluice.datapath.Errno;
import dev.sluice.datapath.Unsupported;
import dev.sluice.datapath.program.ProgramInfo;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an XDP hook cannot do, and why it refused ({@code dev_xdp_attach} in {@code
 * net/core/dev.c}).
 */
public final class XdpRules {
  private final AttachPoint.Xdp at;
  private final ChainRules rules;

  /**
   * The rules of a hook.
   *
   * @param rules the words of a datapath
   */
  public XdpRules(AttachPoint.Xdp at, ChainRules rules) {
    this.at = at;
    this.rules = rules;
  }

  /**
   * Refuses what XDP has not.
   *
   * @throws Unsupported if a place beside another program is asked for, or a revision is expected
   */
  public void require(AttachOptions options) {
    if (options.anchor() instanceof Anchor.Before || options.anchor() instanceof Anchor.After) {
      throw new Unsupported(
          "a place " + options.anchor() + " at " + at,
          "a device has one XDP program, so there is no order");
    }
    requireNoRevision(options.expectedRevision());
  }

  /**
   * Refuses an expected revision.
   *
   * @throws Unsupported if it is not 0
   */
  public void requireNoRevision(long expected) {
    if (expected != 0) {
      throw new Unsupported("a revision of " + at, "XDP does not count its changes");
    }
  }

  /**
   * Why a program was not put there.
   *
   * @param all the programs of the device in every mode
   */
  public @Nullable String ofAttach(ChainState all, ProgramInfo program, @Nullable Errno errno) {
    if (errno == null) {
      return null;
    }
    return switch (errno) {
      case EBUSY -> occupied(all);
      case EEXIST ->
          all.entries().isEmpty()
              ? "a device above this one has a program, or someone changed it meanwhile"
              : "native and generic XDP cannot be active at once: " + occupied(all);
      case EOPNOTSUPP -> "the driver of %s has no XDP in %s mode".formatted(at.device(), at.mode());
      case EINVAL -> ChainRules.wrongType(Hook.XDP, program);
      default -> null;
    };
  }

  /** Who has the place. */
  public String occupied(ChainState state) {
    List<ChainEntry> entries = state.entries();
    return entries.isEmpty()
        ? "someone changed it meanwhile"
        : "a device has one XDP program, and "
            + rules.titleAndOwner(entries.getFirst())
            + " has the place";
  }
}
