package dev.sluice.policy.plan;

import dev.sluice.bpf.MapFlag;
import dev.sluice.bpf.MapSpec;
import dev.sluice.bpf.MapType;
import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.program.BpfMap;
import dev.sluice.datapath.program.Maps;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * What has been applied, kept by the kernel itself: a pinned map, which lives as long as what it
 * tells of.
 *
 * <p>A policy is cut into values of one size. It has two slots, and a header that says which of
 * them counts, how long it is and its checksum. A new text goes to the slot that does not count,
 * and then the header is changed, which is one update of one entry: whoever is cut off before it
 * leaves the old text, and whoever is cut off behind it the new one.
 *
 * <p>An intent marker says that changes were begun. One that is there when nobody applies anything
 * tells that somebody was cut off, and that what is there may be neither the old nor the new.
 */
public final class PolicyStore implements AutoCloseable {
  /** The map's name. */
  static final String NAME = "sluice_state";

  private static final int CHUNK = 4096;
  private static final int LONGEST_NAME = 63;
  private static final int KEY = 72;
  private static final int MOST_CHUNKS = 16_384; // 64 MiB; none of it is taken before it is used
  private static final byte HEADER = 1;
  private static final byte TEXT = 2;
  private static final byte INTENT = 3;

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
    if (map.info().keySize() != KEY || map.info().valueSize() != CHUNK) {
      String found = map.info().name();
      map.close();
      throw new InvalidInput(
          path.toString(), 0, 0, "expected the policies that were applied, found the map " + found);
    }
    return new PolicyStore(maps, pins, path, map);
  }

  private static MapSpec spec() {
    return MapSpec.of(NAME, MapType.HASH, KEY, CHUNK, MOST_CHUNKS, MapFlag.NO_PREALLOC);
  }

  private BpfMap made() {
    if (map == null) {
      BpfMap fresh = maps.create(spec());
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
    BpfMap open = map;
    if (open != null) {
      for (String name : names(open)) {
        policies.put(name, read(open, name));
      }
    }
    return policies;
  }

  private static List<String> names(BpfMap map) {
    List<String> names = new ArrayList<>();
    map.forEach(
        (key, _) -> {
          if (key[0] == HEADER) {
            names.add(StoredText.in(key, 8));
          }
        });
    return names;
  }

  private Applied read(BpfMap open, String name) {
    Header header = Objects.requireNonNull(header(open, name));
    byte[] content = new byte[header.length()];
    for (int at = 0; at < content.length; at += CHUNK) {
      byte[] value = open.lookup(key(TEXT, header.slot(), at / CHUNK, name));
      if (value == null) {
        throw damaged(name);
      }
      System.arraycopy(value, 0, content, at, Math.min(CHUNK, content.length - at));
    }
    if (checksum(content) != header.checksum()) {
      throw damaged(name);
    }
    return StoredText.applied(content);
  }

  private InvalidInput damaged(String name) {
    return new InvalidInput(
        path.toString(),
        0,
        0,
        "the applied text of policy " + name + " is damaged; apply the policy again");
  }

  /** Keeps a policy, in place of an older one with its name. */
  public void put(String name, Applied applied) {
    BpfMap open = made();
    Header old = header(open, name);
    byte slot = (byte) (old != null && old.slot() == 0 ? 1 : 0);
    byte[] content = StoredText.bytes(applied);
    // What somebody who was cut off left there.
    deleteChunks(open, name, slot);
    List<BpfMap.Entry> entries = new ArrayList<>();
    for (int at = 0; at < content.length; at += CHUNK) {
      byte[] value = new byte[CHUNK];
      System.arraycopy(content, at, value, 0, Math.min(CHUNK, content.length - at));
      entries.add(new BpfMap.Entry(key(TEXT, slot, at / CHUNK, name), value));
    }
    open.updateAll(entries, BpfMap.UpdateMode.ANY);
    open.update(
        key(HEADER, (byte) 0, 0, name),
        new Header(slot, content.length, checksum(content)).bytes());
    deleteChunks(open, name, (byte) (1 - slot));
  }

  /** Forgets a policy. With the last one, the map and its folders go. */
  public void remove(String name) {
    BpfMap open = map;
    if (open != null) {
      open.delete(key(HEADER, (byte) 0, 0, name));
      deleteChunks(open, name, (byte) 0);
      deleteChunks(open, name, (byte) 1);
      removeIfEmpty();
    }
  }

  /** What was begun and is not done; null for nothing. */
  public @Nullable String intent() {
    byte[] value = map == null ? null : map.lookup(key(INTENT, (byte) 0, 0, ""));
    return value == null ? null : StoredText.in(value, 0);
  }

  /**
   * Says that changes begin.
   *
   * @param what what is done, for people: the names of the policies
   */
  public void begin(String what) {
    made().update(key(INTENT, (byte) 0, 0, ""), StoredText.value(what, CHUNK));
  }

  /** Says that the changes are done, or undone. */
  public void done() {
    if (map != null) {
      map.delete(key(INTENT, (byte) 0, 0, ""));
      removeIfEmpty();
    }
  }

  private void removeIfEmpty() {
    BpfMap open = map;
    if (open != null && intent() == null && names(open).isEmpty()) {
      open.close();
      map = null;
      pins.remove(path);
    }
  }

  private static void deleteChunks(BpfMap open, String name, byte slot) {
    int chunk = 0;
    List<byte[]> keys = new ArrayList<>();
    open.forEach(
        (key, _) -> {
          if (key[0] == TEXT && key[1] == slot && StoredText.in(key, 8).equals(name)) {
            keys.add(key);
          }
        });
    while (chunk < keys.size()) {
      open.delete(keys.get(chunk++));
    }
  }

  private static @Nullable Header header(BpfMap open, String name) {
    byte[] value = open.lookup(key(HEADER, (byte) 0, 0, name));
    return value == null ? null : Header.of(value);
  }

  /** Kind, slot, 2 bytes for nothing, chunk, name. */
  static byte[] key(byte kind, byte slot, int chunk, String name) {
    byte[] text = StoredText.value(name, LONGEST_NAME + 1);
    return ByteBuffer.allocate(KEY)
        .put(kind)
        .put(slot)
        .putShort((short) 0)
        .putInt(chunk)
        .put(text)
        .array();
  }

  private static int checksum(byte[] content) {
    CRC32 crc = new CRC32();
    crc.update(content);
    return (int) crc.getValue();
  }

  /** Which slot counts. */
  private record Header(byte slot, int length, int checksum) {
    byte[] bytes() {
      return ByteBuffer.allocate(CHUNK).put(slot).putInt(length).putInt(checksum).array();
    }

    static Header of(byte[] value) {
      ByteBuffer bytes = ByteBuffer.wrap(value);
      return new Header(bytes.get(), bytes.getInt(), bytes.getInt());
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
