package dev.sluice.conformance.suite;

import dev.sluice.datapath.Errno;
import dev.sluice.datapath.chain.Anchor;
import dev.sluice.datapath.chain.ChainEntry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a TCX chain should do, in as few words as possible: the order of checks of {@code
 * bpf_mprog_attach} and {@code bpf_mprog_detach} in {@code kernel/bpf/mprog.c}, and the life of a
 * chain and its links in {@code kernel/bpf/tcx.c}.
 *
 * <p>Operations return the error number they should be refused with, or null.
 */
final class MprogModel {
  /** How many programs fit: {@code BPF_MPROG_MAX}, less the one that ends the array. */
  static final int MAX = 63;

  private final List<ChainEntry> entries = new ArrayList<>();
  private final Set<Integer> programs = new HashSet<>();

  /** The program of each link that is open, attached or defunct. */
  private final Map<Integer, Integer> links = new HashMap<>();

  private long revision = 1;
  private boolean held;

  /** The chain as a query should report it. */
  List<ChainEntry> entries() {
    return List.copyOf(entries);
  }

  /** The revision as a query should report it. */
  long revision() {
    return revision;
  }

  /** A program was loaded. */
  void load(int program) {
    programs.add(program);
  }

  /** A clsact or ingress qdisc came or went; it keeps an empty chain, and so its revision. */
  void hold(boolean byQdisc) {
    held = byQdisc;
    forgetIfUnused();
  }

  @Nullable Errno attach(int program, Anchor anchor, long expected) {
    if (expected != 0 && expected != revision) {
      return Errno.ESTALE;
    }
    if (contains(program)) {
      return Errno.EEXIST;
    }
    if (!resolves(anchor)) {
      return Errno.ENOENT;
    }
    if (entries.size() == MAX) {
      return Errno.ERANGE;
    }
    int position =
        switch (anchor) {
          case Anchor.Head _ -> 0;
          case Anchor.Tail _ -> entries.size();
          case Anchor.Before(Anchor.Target target) -> indexOf(target);
          case Anchor.After(Anchor.Target target) -> indexOf(target) < 0 ? -1 : indexOf(target) + 1;
        };
    if (position < 0) {
      return Errno.ENOENT;
    }
    entries.add(position, new ChainEntry(program, 0, ChainEntry.Place.NONE));
    revision++;
    return null;
  }

  /** The number that the datapath gave to the link that was attached just now. */
  void own(int program, int link) {
    links.put(link, program);
    set(indexOf(new Anchor.ProgramId(program)), program, link);
  }

  @Nullable Errno replace(int old, int replacement, long expected) {
    if (expected != 0 && expected != revision) {
      return Errno.ESTALE;
    }
    if (contains(replacement)) {
      return Errno.EEXIST;
    }
    int at = indexOf(new Anchor.ProgramId(old));
    if (at < 0) {
      return Errno.ENOENT;
    }
    if (entries.get(at).hasLink()) {
      return Errno.EBUSY;
    }
    set(at, replacement, 0);
    revision++;
    return null;
  }

  @Nullable Errno detach(int program, long expected) {
    if (entries.isEmpty() && !held) {
      return Errno.ENOENT; // there is no chain to have a revision
    }
    if (expected != 0 && expected != revision) {
      return Errno.ESTALE;
    }
    int at = indexOf(new Anchor.ProgramId(program));
    if (at < 0) {
      return Errno.ENOENT;
    }
    if (entries.get(at).hasLink()) {
      return Errno.EBUSY;
    }
    remove(at);
    return null;
  }

  /**
   * Removes what stands at an anchor. The kernel takes the anchor itself where it has no neighbour
   * on that side; a {@code Chain} refuses that.
   */
  @Nullable Errno detachAt(Anchor anchor, long expected) {
    if (expected != 0 && expected != revision) {
      return Errno.ESTALE;
    }
    int at =
        switch (anchor) {
          case Anchor.Head _ -> 0;
          case Anchor.Tail _ -> entries.size() - 1;
          case Anchor.Before(Anchor.Target target) -> indexOf(target) - 1;
          case Anchor.After(Anchor.Target target) ->
              indexOf(target) < 0 ? entries.size() : indexOf(target) + 1;
        };
    if (at < 0 || at >= entries.size()) {
      return Errno.ENOENT;
    }
    if (entries.get(at).hasLink()) {
      return Errno.EBUSY;
    }
    remove(at);
    return null;
  }

  /**
   * Updates a link.
   *
   * @param expected the program that it must have; 0 for any
   */
  @Nullable Errno update(int link, int program, int expected) {
    int at = indexOf(new Anchor.LinkId(link));
    if (at < 0) {
      return Errno.ENOLINK;
    }
    int current = entries.get(at).programId();
    if (expected != 0 && expected != current) {
      return Errno.EPERM;
    }
    if (program == current) {
      return null;
    }
    if (contains(program)) {
      return Errno.EEXIST;
    }
    links.put(link, program);
    set(at, program, link);
    revision++;
    return null;
  }

  /** Makes a link defunct. */
  void detachLink(int link) {
    int at = indexOf(new Anchor.LinkId(link));
    if (at >= 0) {
      remove(at);
    }
  }

  /** The last reference to a link is gone. */
  void closeLink(int link) {
    detachLink(link);
    links.remove(link);
  }

  /** Whether a program is in the chain, bare or under a link. */
  boolean contains(int program) {
    return indexOf(new Anchor.ProgramId(program)) >= 0;
  }

  /** Whether an anchor names something that exists, in this chain or elsewhere. */
  private boolean resolves(Anchor anchor) {
    return switch (anchor) {
      case Anchor.Head _, Anchor.Tail _ -> true;
      case Anchor.Before(Anchor.Target target) -> exists(target);
      case Anchor.After(Anchor.Target target) -> exists(target);
    };
  }

  private boolean exists(Anchor.Target target) {
    return switch (target) {
      case Anchor.ProgramId(int id) -> programs.contains(id);
      case Anchor.LinkId(int id) -> links.containsKey(id);
    };
  }

  private int indexOf(Anchor.Target target) {
    for (int i = 0; i < entries.size(); i++) {
      ChainEntry entry = entries.get(i);
      boolean found =
          switch (target) {
            case Anchor.ProgramId(int id) -> entry.programId() == id;
            case Anchor.LinkId(int id) -> entry.hasLink() && entry.linkId() == id;
          };
      if (found) {
        return i;
      }
    }
    return -1;
  }

  private void set(int at, int program, int link) {
    entries.set(at, new ChainEntry(program, link, ChainEntry.Place.NONE));
  }

  private void remove(int at) {
    entries.remove(at);
    revision++;
    forgetIfUnused();
  }

  /** An empty chain that nothing holds is freed ({@code tcx_entry_is_active}). */
  private void forgetIfUnused() {
    if (entries.isEmpty() && !held) {
      revision = 1;
    }
  }
}
