package dev.sluice.datapath.program;

import dev.sluice.datapath.KernelRejected;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A reference to a map: a table that programs and the host share.
 *
 * <p>Keys and values are bytes as the programs see them. Where a map has a value for each CPU, its
 * value here is all of them one behind the other, each padded to 8 bytes: {@link
 * MapInfo#hostValueSize} bytes in all. {@link TypedMap} gives keys and values a type.
 */
public interface BpfMap extends AutoCloseable {
  /** What an update does about an entry that is or is not there. */
  enum UpdateMode {
    /** Make it or change it ({@code BPF_ANY}). */
    ANY,
    /** Make it; {@code EEXIST} if it is there ({@code BPF_NOEXIST}). */
    CREATE,
    /** Change it; {@code ENOENT} if it is not there ({@code BPF_EXIST}). */
    CHANGE
  }

  /**
   * An entry.
   *
   * @param key its key
   * @param value its value
   */
  @SuppressWarnings("ArrayRecordComponent") // fresh copies, handed over to the caller
  record Entry(byte[] key, byte[] value) {}

  /** The map's shape. */
  MapInfo info();

  /**
   * A copy of the value of a key, null if there is none.
   *
   * @param key exactly {@link MapInfo#keySize} bytes
   */
  byte @Nullable [] lookup(byte[] key);

  /**
   * Copies the value of a key into an array, without allocating.
   *
   * @param key exactly {@link MapInfo#keySize} bytes
   * @param value receives {@link MapInfo#hostValueSize} bytes
   * @return whether the key is there
   */
  boolean lookup(byte[] key, byte[] value);

  /**
   * Makes or changes an entry.
   *
   * @throws KernelRejected {@code E2BIG} the map is full; {@code EEXIST}, {@code ENOENT} as the
   *     mode says; {@code EPERM} the map is frozen or read-only
   */
  void update(byte[] key, byte[] value, UpdateMode mode);

  /** Makes or changes an entry. */
  default void update(byte[] key, byte[] value) {
    update(key, value, UpdateMode.ANY);
  }

  /** Removes an entry; false if it was not there. */
  boolean delete(byte[] key);

  /** Removes an entry and returns its value, null if it was not there. */
  byte @Nullable [] lookupAndDelete(byte[] key);

  /**
   * The key behind a key in the map's own order; null behind the last.
   *
   * @param key a key, or null for the first
   */
  byte @Nullable [] nextKey(byte @Nullable [] key);

  /** Hands over every entry. Entries that are made or removed meanwhile may be missed or seen. */
  void forEach(BiConsumer<byte[], byte[]> consumer);

  /**
   * Makes or changes many entries, in one call where the datapath can.
   *
   * @return how many were made or changed
   */
  int updateAll(List<Entry> entries, UpdateMode mode);

  /**
   * Removes many entries, in one call where the datapath can.
   *
   * @return how many were removed
   */
  int deleteAll(List<byte[]> keys);

  /** Lets nobody change the map from the host any more. */
  void freeze();

  /**
   * Keeps the map under a path of a BPF file system until the path is removed.
   *
   * @param path an absolute path that does not exist yet
   */
  void pin(Path path);

  /** Gives up this reference. May be called more than once. */
  @Override
  void close();
}
