package dev.sluice.policy.plan;

import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.program.BpfMap;
import dev.sluice.datapath.program.Maps;
import dev.sluice.policy.plan.SlottedTexts.Damaged;
import java.io.IOException;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What has been applied, kept by the kernel itself: a pinned map, which lives as long as what it
 * tells of. Each value is changed in one step ({@link SlottedTexts}).
 *
 * <p>An intent marker says that changes were begun. One whose process is gone tells that somebody
 * was cut off, and that what is there may be neither the old nor the new.
 */
public final class PolicyStore implements AutoCloseable {
  /** The map's name. */
  static final String NAME = "sluice_state";

  private static final SlottedTexts.Kind POLICY = new SlottedTexts.Kind((byte) 1, (byte) 2);
  private static final SlottedTexts.Kind RULES = new SlottedTexts.Kind((byte) 4, (byte) 5);
  private static final String THE_RULES = "rules";
  private static final byte[] INTENT = SlottedTexts.key((byte) 3, (byte) 0, 0, "");

  private final Maps maps;
  private final StatePins pins;
  private final Path path;
  private @Nullable BpfMap map;

  private PolicyStore(Maps maps, StatePins pins, Path path, @Nullable BpfMap map) {
    this.maps = maps;
    this.pins = pins;
    this.path = path;
    this.map = map;
  }

  /**
   * Opens what is kept under a path; nothing may be there yet, and nothing is made before something
   * is to be kept.
   */
  public static PolicyStore open(Maps maps, StatePins pins, Path path) {
    BpfMap map;
    try {
      map = maps.openPinned(path);
    } catch (NotFound e) {
      return new PolicyStore(maps, pins, path, null);
    }
    if (!SlottedTexts.fits(map)) {
      String found = map.info().name();
      map.close();
      throw new InvalidInput(
          path.toString(), 0, 0, "expected the policies that were applied, found the map " + found);
    }
    return new PolicyStore(maps, pins, path, map);
  }

  /** The folder beside it where links of what was applied are pinned. */
  Path links() {
    return path.resolveSibling("links");
  }

  /** Beside it, where the table is pinned that tells where arrivals are sent. */
  Path steered() {
    return path.resolveSibling("steered");
  }

  private BpfMap made() {
    if (map == null) {
      BpfMap fresh = maps.create(SlottedTexts.spec(NAME));
      try {
        pins.prepare(path);
        fresh.pin(path);
      } catch (RuntimeException e) {
        fresh.close();
        throw e;
      }
      map = fresh;
    }
    return map;
  }

  /**
   * The policies that were applied, by name.
   *
   * @throws InvalidInput if one of them is damaged
   */
  public SortedMap<String, Applied> policies() {
    SortedMap<String, Applied> policies = new TreeMap<>();
    if (map != null) {
      SlottedTexts texts = new SlottedTexts(map);
      for (String name : texts.names(POLICY)) {
        policies.put(name, read(texts, name));
      }
    }
    return policies;
  }

  private Applied read(SlottedTexts texts, String name) {
    try {
      byte[] content = texts.read(POLICY, name);
      if (content == null) {
        throw new Damaged(name);
      }
      return StateCodec.applied(content);
    } catch (Damaged | IOException e) {
      throw new InvalidInput(
          path.toString(),
          0,
          0,
          "the applied text of policy " + name + " is damaged; apply the policy again");
    }
  }

  /** Keeps a policy, in place of an older one with its name. */
  public void put(String name, Applied applied) {
    new SlottedTexts(made()).put(POLICY, name, StateCodec.bytes(applied));
  }

  /** Forgets a policy. With the last one, the map and its folders go. */
  public void remove(String name) {
    if (map != null) {
      new SlottedTexts(map).remove(POLICY, name);
      removeIfEmpty();
    }
  }

  /** The rules that are in force, as far as somebody knows. */
  public InForce inForce() {
    if (map != null) {
      try {
        byte[] content = new SlottedTexts(map).read(RULES, THE_RULES);
        return content == null ? InForce.NONE : StateCodec.inForce(content);
      } catch (Damaged | IOException e) {
        return InForce.NONE; // whatever is in force, it is put there again
      }
    }
    return InForce.NONE;
  }

  /** Takes note of the rules that are in force. */
  public void put(InForce rules) {
    if (!rules.isNone()) {
      new SlottedTexts(made()).put(RULES, THE_RULES, StateCodec.bytes(rules));
    } else if (map != null) {
      new SlottedTexts(map).remove(RULES, THE_RULES);
      removeIfEmpty();
    }
  }

  /** What was begun and is not done; null for nothing. */
  public @Nullable Intent intent() {
    byte[] value = map == null ? null : map.lookup(INTENT);
    return value == null ? null : Intent.parse(SlottedTexts.text(value, 0));
  }

  /**
   * Says that changes begin.
   *
   * @param what what is done, for people: the names of the policies
   */
  public void begin(String what) {
    made().update(INTENT, SlottedTexts.value(Intent.own(what).text(), SlottedTexts.CHUNK));
  }

  /** Says that the changes are done, or undone. */
  public void done() {
    if (map != null) {
      map.delete(INTENT);
      removeIfEmpty();
    }
  }

  private void removeIfEmpty() {
    BpfMap open = map;
    if (open != null && open.lookup(INTENT) == null) {
      SlottedTexts texts = new SlottedTexts(open);
      if (texts.names(POLICY).isEmpty() && texts.names(RULES).isEmpty()) {
        open.close();
        map = null;
        pins.remove(path);
      }
    }
  }

  /** Lets go of the map, which stays pinned. */
  @Override
  public void close() {
    if (map != null) {
      map.close();
      map = null;
    }
  }
}
