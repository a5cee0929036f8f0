package dev.sluice.bpf.btf;

import dev.sluice.bpf.MapSpec;
import dev.sluice.bpf.MapType;
import dev.sluice.bpf.ObjectSpec;
import dev.sluice.bpf.ProgramSpec;
import dev.sluice.bpf.TypeDescription;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The BTF of an object, as a loader needs it: the blob for {@code BPF_BTF_LOAD}, for each map the
 * type ids for {@code BPF_MAP_CREATE}, and for each program what {@code BPF_PROG_LOAD} takes as
 * {@code func_info} and {@code line_info}.
 */
public final class ObjectBtf {
  private final byte[] blob;
  private final Map<String, MapTypes> maps;
  private final Map<String, ProgramInfo> programs;

  private ObjectBtf(byte[] blob, Map<String, MapTypes> maps, Map<String, ProgramInfo> programs) {
    this.blob = blob;
    this.maps = Map.copyOf(maps);
    this.programs = Map.copyOf(programs);
  }

  /**
   * The types of a map, as ids in the blob.
   *
   * @param keyId {@code btf_key_type_id}
   * @param valueId {@code btf_value_type_id}
   */
  public record MapTypes(int keyId, int valueId) {}

  /** The BTF of an object for the kernel of this machine. */
  public static ObjectBtf of(ObjectSpec object) {
    return of(object, ByteOrder.nativeOrder());
  }

  /** The BTF of an object in a byte order. */
  public static ObjectBtf of(ObjectSpec object, ByteOrder order) {
    return of(object.programs(), object.maps(), order);
  }

  /** The BTF of a program alone, which may use maps that are made elsewhere. */
  public static ObjectBtf of(ProgramSpec program) {
    return of(List.of(program), List.of(), ByteOrder.nativeOrder());
  }

  private static ObjectBtf of(
      List<ProgramSpec> programSpecs, List<MapSpec> mapSpecs, ByteOrder order) {
    BtfBuilder builder = new BtfBuilder();
    Map<String, MapTypes> maps = new HashMap<>();
    for (MapSpec map : mapSpecs) {
      TypeDescription key = map.keyType();
      TypeDescription value = map.valueType();
      if (key != null && value != null && takesTypes(map.type())) {
        maps.put(map.name(), new MapTypes(builder.add(key), builder.add(value)));
      }
    }
    Map<String, ProgramInfo> programs = new HashMap<>();
    for (ProgramSpec program : programSpecs) {
      programs.put(program.name(), ProgramInfo.of(program, builder, order));
    }
    return new ObjectBtf(builder.build(order), maps, programs);
  }

  /**
   * Whether the kernel takes BTF for such a map: others have {@code map_check_no_btf}, as libbpf
   * knows too ({@code bpf_object__create_map}).
   */
  private static boolean takesTypes(MapType type) {
    return switch (type) {
      case HASH,
          ARRAY,
          PERCPU_HASH,
          PERCPU_ARRAY,
          LRU_HASH,
          LRU_PERCPU_HASH,
          LPM_TRIE,
          SK_STORAGE,
          INODE_STORAGE,
          TASK_STORAGE,
          CGRP_STORAGE ->
          true;
      default -> false;
    };
  }

  /** Whether there is nothing to describe; the kernel refuses a blob without types. */
  public boolean isEmpty() {
    return maps.isEmpty()
        && programs.values().stream().allMatch(program -> program.functionInfo().length == 0);
  }

  /** The blob. */
  public byte[] blob() {
    return blob.clone();
  }

  /** The types of a map; empty if they are not described or the kernel takes none for its type. */
  public Optional<MapTypes> map(String name) {
    return Optional.ofNullable(maps.get(name));
  }

  /** What the kernel takes about a program; empty if the object has none with this name. */
  public Optional<ProgramInfo> program(String name) {
    return Optional.ofNullable(programs.get(name));
  }
}
