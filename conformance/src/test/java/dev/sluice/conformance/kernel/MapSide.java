package dev.sluice.conformance.kernel;

import dev.sluice.bpf.Code;
import dev.sluice.bpf.CodeBuilder;
import dev.sluice.bpf.MapSpec;
import dev.sluice.bpf.MapType;
import dev.sluice.bpf.ProgramSpec;
import dev.sluice.bpf.ProgramType;
import dev.sluice.bpf.Register;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.program.BpfMap;
import dev.sluice.datapath.program.BpfMap.UpdateMode;
import dev.sluice.datapath.program.Program;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A map of a datapath, whose answers are text that does not tell which datapath it is. */
final class MapSide implements AutoCloseable {
  private static final HexFormat HEX = HexFormat.of();

  /** How many maps and programs there are to put into maps that hold them. */
  static final int REFERENCES = 4;

  private final Datapath datapath;
  private final BpfMap map;
  private final List<BpfMap> inner = new ArrayList<>();
  private final List<Program> programs = new ArrayList<>();

  MapSide(Datapath datapath, MapSpec spec) {
    this.datapath = datapath;
    map = datapath.maps().create(spec);
    MapSpec shape = spec.innerMap();
    if (shape != null) {
      for (int i = 0; i < REFERENCES - 1; i++) {
        inner.add(datapath.maps().create(shape));
      }
      inner.add(datapath.maps().create(shape.withMaxEntries(shape.maxEntries() + 1)));
    }
    if (spec.type() == MapType.PROG_ARRAY) {
      Code code = CodeBuilder.create().move(Register.R0, 0).exit().build();
      for (int i = 0; i < REFERENCES; i++) {
        ProgramType type = i < REFERENCES - 1 ? ProgramType.SCHED_CLS : ProgramType.XDP;
        programs.add(datapath.programs().load(ProgramSpec.of("p", type, "GPL", code), Map.of()));
      }
    }
  }

  String lookup(byte[] key) {
    return answer(() -> read(map.lookup(key)));
  }

  String update(byte[] key, byte[] value, UpdateMode mode) {
    return answer(
        () -> {
          map.update(key, written(value), mode);
          return "done";
        });
  }

  String delete(byte[] key) {
    return answer(() -> String.valueOf(map.delete(key)));
  }

  String lookupAndDelete(byte[] key) {
    return answer(() -> read(map.lookupAndDelete(key)));
  }

  String nextKey(byte @Nullable [] key) {
    return answer(() -> text(map.nextKey(key)));
  }

  String updateAll(List<byte[]> keys, List<byte[]> values, UpdateMode mode) {
    return answer(
        () -> {
          List<BpfMap.Entry> entries = new ArrayList<>();
          for (int i = 0; i < keys.size(); i++) {
            entries.add(new BpfMap.Entry(keys.get(i), written(values.get(i))));
          }
          return String.valueOf(map.updateAll(entries, mode));
        });
  }

  String deleteAll(List<byte[]> keys) {
    return answer(() -> String.valueOf(map.deleteAll(keys)));
  }

  String freeze() {
    return answer(
        () -> {
          map.freeze();
          return "done";
        });
  }

  /** All entries, in no order. */
  String contents() {
    return answer(
        () -> {
          SortedSet<String> entries = new TreeSet<>();
          map.forEach((key, value) -> entries.add(text(key) + "=" + read(value)));
          return entries.toString();
        });
  }

  /** All keys in the map's own order. */
  String order() {
    return answer(
        () -> {
          List<String> keys = new ArrayList<>();
          for (byte[] key = map.nextKey(null); key != null; key = map.nextKey(key)) {
            keys.add(text(key));
          }
          return keys.toString();
        });
  }

  /**
   * The same value for each processor; the first byte chooses a reference where the map holds them.
   */
  private byte[] written(byte[] value) {
    int choice = value.length == 0 ? 0 : Math.floorMod(value[0], REFERENCES + 1);
    if (!inner.isEmpty() || !programs.isEmpty()) {
      if (choice == REFERENCES) {
        return ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(1_000_000).array();
      }
      return inner.isEmpty()
          ? datapath.maps().reference(programs.get(choice))
          : datapath.maps().reference(inner.get(choice));
    }
    byte[] all = new byte[map.info().hostValueSize()];
    int stride = perCpu() ? (value.length + 7) & ~7 : Math.max(1, value.length);
    for (int at = 0; at + value.length <= all.length; at += stride) {
      System.arraycopy(value, 0, all, at, value.length);
    }
    return all;
  }

  private boolean perCpu() {
    MapType type = map.info().type();
    return type != null && type.isPerCpu();
  }

  private String read(byte @Nullable [] value) {
    if (value == null) {
      return "none";
    }
    if (inner.isEmpty() && programs.isEmpty()) {
      return text(Arrays.copyOf(value, map.info().valueSize()));
    }
    int id = ByteBuffer.wrap(value).order(ByteOrder.nativeOrder()).getInt();
    for (int i = 0; i < REFERENCES; i++) {
      if (id == (inner.isEmpty() ? programs.get(i).info().id() : inner.get(i).info().id())) {
        return "reference " + i;
      }
    }
    return "reference to another";
  }

  private static String text(byte @Nullable [] bytes) {
    return bytes == null ? "none" : HEX.formatHex(bytes);
  }

  private static String answer(Supplier<String> operation) {
    try {
      return operation.get();
    } catch (KernelRejected e) {
      return "error " + e.errno();
    }
  }

  @Override
  public void close() {
    map.close();
    inner.forEach(BpfMap::close);
    programs.forEach(Program::close);
  }
}
