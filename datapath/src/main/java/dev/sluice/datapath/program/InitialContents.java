package dev.sluice.datapath.program;

import dev.sluice.bpf.MapContents;
import dev.sluice.bpf.MapFlag;
import dev.sluice.bpf.MapSpec;
import dev.sluice.bpf.MapType;
import dev.sluice.bpf.ObjectSpec;
import dev.sluice.datapath.NotFound;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;

/** What is in a map from the start: every datapath puts it there in the same way. */
public final class InitialContents {
  private static final int KEY_SIZE = 4;

  private InitialContents() {}

  /**
   * Puts into maps of maps and arrays of programs what they hold from the start, when all of it is
   * there.
   *
   * @param spec the object
   * @param maps makes the values
   * @param made the object's maps by name
   * @param loaded the object's programs by name
   */
  public static void putReferences(
      ObjectSpec spec,
      Maps maps,
      Map<String, ? extends BpfMap> made,
      Map<String, ? extends Program> loaded) {
    for (MapSpec map : spec.maps()) {
      BpfMap holder = map.references().isEmpty() ? null : made.get(map.name());
      if (holder != null) {
        map.references()
            .forEach(
                (index, name) ->
                    holder.update(key(map, index), reference(map, maps, made, loaded, name)));
      }
    }
  }

  private static byte[] key(MapSpec map, int index) {
    return ByteBuffer.allocate(Math.max(KEY_SIZE, map.keySize()))
        .order(ByteOrder.nativeOrder())
        .putInt(index)
        .array();
  }

  private static byte[] reference(
      MapSpec map,
      Maps maps,
      Map<String, ? extends BpfMap> made,
      Map<String, ? extends Program> loaded,
      String name) {
    if (map.type() == MapType.PROG_ARRAY) {
      Program program = loaded.get(name);
      if (program == null) {
        throw new NotFound("program", name);
      }
      return maps.reference(program);
    }
    BpfMap inner = made.get(name);
    if (inner == null) {
      throw new NotFound("map", name);
    }
    return maps.reference(inner);
  }

  /** Fills a map that was made just now; one that programs only read is frozen with it. */
  public static void put(BpfMap map, MapSpec spec) {
    MapContents contents = spec.contents();
    if (contents == null) {
      return;
    }
    map.update(new byte[KEY_SIZE], contents.toArray());
    if (spec.flags().contains(MapFlag.RDONLY_PROG)) {
      map.freeze();
    }
  }
}
