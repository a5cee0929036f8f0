package dev.sluice.bpf.elf;

import dev.sluice.bpf.MapFlag;
import dev.sluice.bpf.MapSpec;
import dev.sluice.bpf.MapType;
import dev.sluice.bpf.ObjectName;
import dev.sluice.bpf.Pinning;
import dev.sluice.bpf.TypeDescription;
import dev.sluice.bpf.btf.Btf;
import dev.sluice.bpf.btf.BtfType;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One map as a struct defines it ({@code parse_btf_map_def} in libbpf): the field {@code
 * __uint(name, value)} is a pointer to an array of so many elements, {@code __type(name, type)} is
 * a pointer to that type.
 */
final class MapDefinition {
  private static final int SMALLEST_RING = 4096;

  private final Btf btf;
  private final String place;
  private @Nullable MapType type;
  private long keySize = -1;
  private long valueSize = -1;
  private long maxEntries;
  private int flags;
  private @Nullable TypeDescription keyType;
  private @Nullable TypeDescription valueType;
  private @Nullable MapDefinition inner;
  private Pinning pinning = Pinning.NONE;
  private long valuesOffset = -1;

  private MapDefinition(Btf btf, String place) {
    this.btf = btf;
    this.place = place;
  }

  /**
   * Reads one.
   *
   * @param typeId the type of its variable
   * @param place what faults call it
   */
  static MapDefinition read(Btf btf, int typeId, String place) {
    return read(btf, typeId, place, false);
  }

  private static MapDefinition read(Btf btf, int typeId, String place, boolean isInner) {
    MapDefinition map = new MapDefinition(btf, place);
    if (!(btf.plainType(typeId).orElse(null) instanceof BtfType.Composite struct)
        || struct.union()) {
      throw new ElfFault(place, "expected a struct with the fields of a map");
    }
    for (BtfType.Member member : struct.members()) {
      map.field(member, isInner);
    }
    return map;
  }

  private void field(BtfType.Member member, boolean isInner) {
    switch (member.name()) {
      case "type" -> {
        long number = number(member);
        type =
            (number > Integer.MAX_VALUE ? Optional.<MapType>empty() : MapType.find((int) number))
                .orElseThrow(() -> fault("no type of maps has the number " + number));
      }
      case "max_entries" -> maxEntries = number(member);
      case "map_flags" -> flags = flags(number(member));
      case "key_size" -> keySize = size("key", keySize, number(member));
      case "value_size" -> valueSize = size("value", valueSize, number(member));
      case "key" -> {
        keySize = size("key", keySize, sizeOf(target(member), "key"));
        keyType = btf.describe(target(member)).orElse(null);
      }
      case "value" -> {
        valueSize = size("value", valueSize, sizeOf(target(member), "value"));
        valueType = btf.describe(target(member)).orElse(null);
      }
      case "values" -> {
        values(member, isInner);
        valuesOffset = member.bitOffset() / 8;
      }
      case "pinning" -> pinning = pinning(number(member));
      default -> {
        // libbpf refuses others, too, but for those that are 0 and do nothing.
        boolean ignored =
            (member.name().equals("numa_node") || member.name().equals("map_extra"))
                && number(member) == 0;
        if (!ignored) {
          throw fault(
              "expected type, max_entries, map_flags, key, value, key_size, value_size, values or"
                  + " pinning, found "
                  + member.name());
        }
      }
    }
  }

  private ElfFault fault(String reason) {
    return new ElfFault(place, reason);
  }

  private int target(BtfType.Member member) {
    if (btf.plainType(member.typeId()).orElse(null) instanceof BtfType.Pointer pointer) {
      return pointer.targetId();
    }
    throw fault("expected a pointer to a type as " + member.name());
  }

  private long number(BtfType.Member member) {
    if (btf.plainType(target(member)).orElse(null) instanceof BtfType.Array array) {
      return array.count();
    }
    throw fault("expected a number as " + member.name() + ", written as __uint");
  }

  private long sizeOf(int id, String what) {
    return btf.size(id).orElseThrow(() -> fault("expected a type with a size as " + what));
  }

  private long size(String what, long before, long size) {
    if (before >= 0 && before != size) {
      throw fault(
          "its %s has %d bytes by one field and %d by another".formatted(what, before, size));
    }
    return size;
  }

  private int flags(long mask) {
    if (MapFlag.mask(MapFlag.ofMask((int) mask)) != mask) {
      throw fault("map_flags 0x%x has bits that are not known".formatted(mask));
    }
    return (int) mask;
  }

  private Pinning pinning(long number) {
    if (number > 1) {
      throw fault("expected pinning 0 (none) or 1 (by name), found " + number);
    }
    return number == 1 ? Pinning.BY_NAME : Pinning.NONE;
  }

  /** What a map of maps or of programs holds. */
  private void values(BtfType.Member member, boolean isInner) {
    if (!(btf.plainType(member.typeId()).orElse(null) instanceof BtfType.Array array)
        || !(btf.plainType(array.elementId()).orElse(null) instanceof BtfType.Pointer pointer)) {
      throw fault("expected an array of pointers as values, written as __array");
    }
    valueSize = size("value", valueSize, Integer.BYTES);
    int target = btf.plain(pointer.targetId());
    if (btf.type(target).orElse(null) instanceof BtfType.Prototype) {
      return;
    }
    if (isInner) {
      throw fault("a map in a map can't hold maps itself");
    }
    inner = read(btf, target, place + ", inner map", true);
  }

  /**
   * Where in the variable the field begins that tells what is in it from the start; −1 for none.
   */
  long valuesOffset() {
    return valuesOffset;
  }

  /** The map under a name that fits. */
  MapSpec spec(String name) {
    if (type == null) {
      throw fault("expected the field type");
    }
    int entries = number("max_entries", maxEntries);
    boolean ring = type == MapType.RINGBUF || type == MapType.USER_RINGBUF;
    if (ring && entries > 0 && entries <= 1 << 30) {
      // libbpf, too, makes it as large as the kernel wants it (adjust_ringbuf_sz).
      entries = Math.max(SMALLEST_RING, Integer.highestOneBit(2 * entries - 1));
    }
    MapSpec innerSpec = inner == null ? null : inner.spec(ObjectName.cut(name + ".inner"));
    try {
      return new MapSpec(
          name,
          type,
          number("key_size", Math.max(0, keySize)),
          number("value_size", Math.max(0, valueSize)),
          entries,
          MapFlag.ofMask(flags),
          keyType(type),
          valueType,
          innerSpec,
          pinning);
    } catch (IllegalArgumentException e) {
      throw ElfFault.of(place, e);
    }
  }

  private int number(String field, long value) {
    if (value > Integer.MAX_VALUE) {
      throw fault(field + " is " + value + ", the most is " + Integer.MAX_VALUE);
    }
    return (int) value;
  }

  /** The key as the kernel wants to have it described: arrays and tries by no other name. */
  private @Nullable TypeDescription keyType(MapType mapType) {
    TypeDescription key = keyType;
    while (key instanceof TypeDescription.Typedef(String other, TypeDescription target)) {
      key = target;
    }
    return switch (mapType) {
      case ARRAY, PERCPU_ARRAY -> key instanceof TypeDescription.Int ? key : null;
      case LPM_TRIE -> key instanceof TypeDescription.Struct ? key : null;
      default -> keyType;
    };
  }
}
