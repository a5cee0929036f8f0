package dev.sluice.policy.plan;

import dev.sluice.bpf.MapFlag;
import dev.sluice.bpf.MapSpec;
import dev.sluice.bpf.MapType;
import dev.sluice.datapath.program.BpfMap;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Long values with names in a map, each changed in one step.
 *
 * <p>A value is cut into chunks of one size. It has two slots, and a header that says which of them
 * counts, how long it is and its checksum. A new value goes to the slot that does not count, and
 * then the header is changed, which is one update of one entry: whoever is cut off before it leaves
 * the old value, and whoever is cut off behind it the new one.
 */
final class SlottedTexts {
  /** Bytes of a map's value. */
  static final int CHUNK = 4096;

  private static final int LONGEST_NAME = 63;
  private static final int NAME_AT = 8;
  private static final int KEY = NAME_AT + LONGEST_NAME + 1;
  private static final int MOST_CHUNKS = 16_384; // 64 MiB; none of it is taken before it is used

  private final BpfMap map;

  SlottedTexts(BpfMap map) {
    this.map = map;
  }

  /**
   * What values are of.
   *
   * @param header of the keys of headers
   * @param chunk of the keys of chunks
   */
  record Kind(byte header, byte chunk) {}

  /** A value is not whole. */
  static final class Damaged extends Exception {
    private static final long serialVersionUID = 1;

    Damaged(String name) {
      super(name);
    }
  }

  /** A map for such values. */
  static MapSpec spec(String name) {
    return MapSpec.of(name, MapType.HASH, KEY, CHUNK, MOST_CHUNKS, MapFlag.NO_PREALLOC);
  }

  /** Whether a map is one for such values. */
  static boolean fits(BpfMap map) {
    return map.info().keySize() == KEY && map.info().valueSize() == CHUNK;
  }

  List<String> names(Kind kind) {
    List<String> names = new ArrayList<>();
    map.forEach(
        (key, _) -> {
          if (key[0] == kind.header) {
            names.add(text(key, NAME_AT));
          }
        });
    return names;
  }

  /** A value; null if there is none. */
  byte @Nullable [] read(Kind kind, String name) throws Damaged {
    Header header = header(kind, name);
    if (header == null) {
      return null;
    }
    byte[] content = new byte[header.length];
    for (int at = 0; at < content.length; at += CHUNK) {
      byte[] value = map.lookup(key(kind.chunk, header.slot, at / CHUNK, name));
      if (value == null) {
        throw new Damaged(name);
      }
      System.arraycopy(value, 0, content, at, Math.min(CHUNK, content.length - at));
    }
    if (checksum(content) != header.checksum) {
      throw new Damaged(name);
    }
    return content;
  }

  void put(Kind kind, String name, byte[] content) {
    Header old = header(kind, name);
    byte slot = (byte) (old != null && old.slot == 0 ? 1 : 0);
    // What somebody who was cut off left there.
    deleteChunks(kind, name, slot);
    List<BpfMap.Entry> entries = new ArrayList<>();
    for (int at = 0; at < content.length; at += CHUNK) {
      byte[] value = new byte[CHUNK];
      System.arraycopy(content, at, value, 0, Math.min(CHUNK, content.length - at));
      entries.add(new BpfMap.Entry(key(kind.chunk, slot, at / CHUNK, name), value));
    }
    map.updateAll(entries, BpfMap.UpdateMode.ANY);
    map.update(
        key(kind.header, (byte) 0, 0, name),
        new Header(slot, content.length, checksum(content)).bytes());
    deleteChunks(kind, name, (byte) (1 - slot));
  }

  void remove(Kind kind, String name) {
    map.delete(key(kind.header, (byte) 0, 0, name));
    deleteChunks(kind, name, (byte) 0);
    deleteChunks(kind, name, (byte) 1);
  }

  private void deleteChunks(Kind kind, String name, byte slot) {
    List<byte[]> keys = new ArrayList<>();
    map.forEach(
        (key, _) -> {
          if (key[0] == kind.chunk && key[1] == slot && text(key, NAME_AT).equals(name)) {
            keys.add(key);
          }
        });
    keys.forEach(map::delete);
  }

  private @Nullable Header header(Kind kind, String name) {
    byte[] value = map.lookup(key(kind.header, (byte) 0, 0, name));
    return value == null ? null : Header.of(value);
  }

  /** Kind, slot, 2 bytes for nothing, chunk, name. */
  static byte[] key(byte kind, byte slot, int chunk, String name) {
    return ByteBuffer.allocate(KEY)
        .put(kind)
        .put(slot)
        .putShort((short) 0)
        .putInt(chunk)
        .put(value(name, LONGEST_NAME + 1))
        .array();
  }

  private static int checksum(byte[] content) {
    CRC32 crc = new CRC32();
    crc.update(content);
    return (int) crc.getValue();
  }

  /** A text that is cut off where it is too long, with zeros behind it. */
  static byte[] value(String text, int size) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    byte[] value = new byte[size];
    System.arraycopy(bytes, 0, value, 0, Math.min(bytes.length, size - 1));
    return value;
  }

  /** The text up to the first zero. */
  static String text(byte[] value, int from) {
    int end = from;
    while (end < value.length && value[end] != 0) {
      end++;
    }
    return new String(value, from, end - from, StandardCharsets.UTF_8);
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
}
