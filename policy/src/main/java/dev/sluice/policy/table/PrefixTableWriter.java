package dev.sluice.policy.table;

import dev.sluice.bpf.MapSpec;
import dev.sluice.bpf.ObjectSpec;
import dev.sluice.datapath.program.BpfMap;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Brings a {@link PrefixTable} into the maps of {@link Addresses}, and then what changes in it.
 *
 * <p>What a program may be reading is never changed but slot by slot: new nodes go where nothing
 * was, then one slot leads to them. So a program finds what was there before a prefix was changed,
 * or what is there after; between several prefixes it may find some changed.
 *
 * <p>A table has one writer at a time: the youngest.
 *
 * <pre>{@code
 * PrefixTableWriter writer = new PrefixTableWriter(table);
 * LoadedObject object = datapath.programs().load(writer.sized(compiled.object()));
 * writer.load(object.maps());
 * table.put(prefix, 7);
 * if (writer.update() == PrefixTableWriter.Update.FULL) { … load it anew }
 * }</pre>
 */
public final class PrefixTableWriter {
  /** How many elements more than needed, one of so many; and at least so many. */
  private static final int HEAD_ROOM = 2;

  private static final int LEAST_ROOM = 16_384;

  private static final String DIRECT4 = "prefix_direct4";
  private static final String DIRECT6 = "prefix_direct6";
  private static final String CHUNKS = "prefix_chunks";
  private static final String SLOTS = "prefix_slots";
  private static final String EXACT6 = "prefix_exact6";

  private final PrefixTable table;
  private final Places chunkPlaces =
      new Places(NodeImage.CHUNKS, NodeImage.CHUNKS, Places.Clock.SYSTEM);
  private final Places slotPlaces = new Places(0, Node.WIDTH, Places.Clock.SYSTEM);
  private final long[] scratch = new long[Node.WIDTH];
  private final List<MapWrites> staged = new ArrayList<>();
  private MapWrites writes = new MapWrites();
  private Map<String, BpfMap> maps = Map.of();
  private int exactCapacity = Integer.MAX_VALUE;
  private State state = State.PLANNED;

  private enum State {
    PLANNED,
    LOADED,
    FULL
  }

  /** What became of changes. */
  public enum Update {
    /** They are in the maps, or staged. */
    WRITTEN,
    /** There is no room for them: nothing was written, and nothing will be; load it anew. */
    FULL
  }

  /** Lays out a table for new maps. */
  public PrefixTableWriter(PrefixTable table) {
    this.table = table;
    table.markAll();
    boolean planned = plan();
    if (!planned) {
      throw new IllegalStateException("a table without limits is full");
    }
  }

  /** An object whose maps for addresses have room for the table, and for more. */
  public ObjectSpec sized(ObjectSpec object) {
    int chunks = withRoom(chunkPlaces.used());
    int slots = withRoom(slotPlaces.used());
    exactCapacity = withRoom(table.exactSize());
    // A program reads as many chunks as the largest bucket has, whatever it needs.
    chunkPlaces.limit(chunks - Bucket.MOST);
    slotPlaces.limit(slots);
    UnaryOperator<MapSpec> sized =
        map ->
            switch (map.name()) {
              case DIRECT4, DIRECT6 -> map.withMaxEntries(Family.DIRECT);
              case CHUNKS -> map.withMaxEntries(chunks);
              case SLOTS -> map.withMaxEntries(slots);
              case EXACT6 -> map.withMaxEntries(exactCapacity);
              default -> map;
            };
    return new ObjectSpec(object.programs(), object.maps().stream().map(sized).toList());
  }

  private static int withRoom(int used) {
    return (int) Math.min(Integer.MAX_VALUE / 16, (long) used + used / HEAD_ROOM + LEAST_ROOM);
  }

  /**
   * Writes the table into maps that were made from {@link #sized}, and are empty.
   *
   * @param maps the object's maps by name; those that its programs do not use may be missing
   */
  public void load(Map<String, BpfMap> maps) {
    if (state != State.PLANNED) {
      throw new IllegalStateException("loaded already");
    }
    this.maps = Map.copyOf(maps);
    state = State.LOADED;
    staged.add(writes);
    writes = new MapWrites();
    writeStaged();
  }

  /** Writes what has changed in the table since; waits up to a second if room is short. */
  public Update update() {
    Update update = stage();
    if (update == Update.WRITTEN) {
      writeStaged();
    }
    return update;
  }

  /**
   * Takes note of what has changed in the table since, to be written after what was staged before.
   *
   * @return {@link Update#FULL} if there is no room; nothing that is staged is ever written then
   */
  public Update stage() {
    if (state != State.LOADED) {
      throw new IllegalStateException(
          state == State.FULL ? "it was full: load it anew" : "not loaded yet");
    }
    if (!plan()) {
      state = State.FULL;
      staged.clear();
      return Update.FULL;
    }
    staged.add(writes);
    writes = new MapWrites();
    return Update.WRITTEN;
  }

  /** Writes what is staged. */
  public void writeStaged() {
    MapWrites.Targets targets =
        new MapWrites.Targets(
            maps.get(DIRECT4),
            maps.get(DIRECT6),
            maps.get(CHUNKS),
            maps.get(SLOTS),
            maps.get(EXACT6));
    staged.forEach(one -> one.into(targets));
    staged.clear();
    chunkPlaces.written();
    slotPlaces.written();
  }

  private boolean plan() {
    if (table.exactSize() > exactCapacity) {
      return false;
    }
    table.takeDirtyExact().forEach(writes::exact);
    return plan(table.four(), false) && plan(table.six(), true);
  }

  private boolean plan(Family family, boolean six) {
    for (int depth = Family.deepest(); depth >= Family.shallowest(); depth--) {
      for (Node node : family.takeDirty(depth)) {
        if (!plan(family, node)) {
          return false;
        }
      }
    }
    BitSet direct = family.takeDirtyDirect();
    for (int i = direct.nextSetBit(0); i >= 0; i = direct.nextSetBit(i + 1)) {
      writes.direct(six, i, family.directSlot(i));
    }
    return true;
  }

  private boolean plan(Family family, Node node) {
    if (node.isEmpty()) {
      retire(node);
      family.drop(node);
      return true;
    }
    if (node.parent != null && Bucket.canHold(node.parent)) {
      retire(node);
      family.markAbove(node);
      return true;
    }
    int before = node.place;
    if (!lay(node)) {
      return false;
    }
    if (node.place != before) {
      family.markAbove(node);
    }
    return true;
  }

  /** Gives a node a place, and those below that need one now. */
  private boolean lay(Node node) {
    if (Bucket.canHold(node)) {
      return layBucket(node);
    }
    for (Node child : node.children()) {
      // Until now it was in a bucket of this one.
      if (child.place == 0 && !lay(child)) {
        return false;
      }
    }
    NodeImage old = node.image;
    NodeImage image = node.draw(scratch);
    if (old != null && image.canReplace(old)) {
      replace(node, old, image);
      node.image = image;
      return true;
    }
    retire(node);
    int place = chunkPlaces.take(NodeImage.CHUNKS);
    int slotsAt = slotPlaces.take(image.slots());
    if (place < 0 || slotsAt < 0) {
      return false;
    }
    node.image = image;
    node.place = place;
    node.slotsAt = slotsAt;
    int run = 0;
    int slot = slotsAt;
    for (int chunk = 0; chunk < NodeImage.CHUNKS; chunk++) {
      long starts = image.starts()[chunk];
      writes.newChunk(place + chunk, starts, starts == 0 ? image.runs()[run] : slot - 1);
      int runs = Math.max(1, Long.bitCount(starts));
      for (int i = 0; starts != 0 && i < runs; i++) {
        writes.newSlot(slot++, image.runs()[run + i]);
      }
      run += runs;
    }
    return true;
  }

  private boolean layBucket(Node node) {
    retireAll(node);
    Bucket bucket = Bucket.of(node);
    int size = bucket.keys().length;
    int place = chunkPlaces.take(size);
    if (place < 0) {
      return false;
    }
    for (int i = 0; i < size; i++) {
      writes.newChunk(place + i, bucket.keys()[i], bucket.rests()[i]);
    }
    node.inBucket = size;
    node.place = place | Addresses.BUCKET;
    return true;
  }

  private void replace(Node node, NodeImage old, NodeImage image) {
    int run = 0;
    int slot = node.slotsAt;
    for (int chunk = 0; chunk < NodeImage.CHUNKS; chunk++) {
      int runs = Math.max(1, Long.bitCount(image.starts()[chunk]));
      for (int i = 0; i < runs; i++, run++) {
        if (image.runs()[run] == old.runs()[run]) {
          continue;
        }
        if (runs == 1) {
          writes.changeChunk(node.place + chunk, image.runs()[run]);
        } else {
          writes.changeSlot(slot + i, image.runs()[run]);
        }
      }
      slot += runs == 1 ? 0 : runs;
    }
  }

  /** Takes out of the maps what there is of a node and of those below. */
  private void retireAll(Node node) {
    retire(node);
    node.children().forEach(this::retireAll);
  }

  private void retire(Node node) {
    NodeImage image = node.image;
    if (image != null) {
      chunkPlaces.retire(node.place, NodeImage.CHUNKS);
      slotPlaces.retire(node.slotsAt, image.slots());
    }
    chunkPlaces.retire(node.place & ~Addresses.BUCKET, node.inBucket);
    node.image = null;
    node.inBucket = 0;
    node.place = 0;
  }
}
