package dev.sluice.compiler.build;

import dev.sluice.bpf.MapContents;
import dev.sluice.bpf.MapFlag;
import dev.sluice.bpf.MapSpec;
import dev.sluice.bpf.MapType;
import dev.sluice.compiler.ir.Node;
import dev.sluice.compiler.ir.Op;
import dev.sluice.compiler.ir.Position;
import dev.sluice.compiler.ir.Relation;
import dev.sluice.compiler.ir.Type;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/** Tables of numbers that lie in memory: in a map that nobody may write to, as C's constants do. */
final class ConstantTables {
  private final String name;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final List<Kept> kept = new ArrayList<>();

  /**
   * No tables yet.
   *
   * @param program whose they are: programs that are loaded together have maps of their own
   */
  ConstantTables(String program) {
    CRC32 sum = new CRC32();
    sum.update(program.getBytes(StandardCharsets.UTF_8));
    name = ".rodata%08x".formatted(sum.getValue());
  }

  private record Kept(List<@Nullable Object> numbers, int offset) {}

  /** Numbers of one type, in memory from an offset on, each with so many bytes. */
  private record Placed(int offset, int size, Object first) {}

  /**
   * Loads a number of a table.
   *
   * @param index which; outside of the table, the program ends
   */
  Node load(GraphBuilder builder, Node index, List<@Nullable Object> numbers, Position position) {
    Placed placed = place(numbers);
    Node bound = builder.constant(Type.INT, numbers.size(), position);
    builder.require(Relation.ULT, index, bound, position);
    Node wide = builder.operate(Op.ZERO32, Type.LONG, position, index);
    int shift = Integer.numberOfTrailingZeros(placed.size());
    Node distance =
        builder.operate(
            Op.SHL, Type.LONG, position, wide, builder.constant(Type.LONG, shift, position));
    Node start = builder.add(Op.MAP_VALUE, Type.POINTER, placed.offset(), 0, name, position);
    Node place = builder.add(Op.POINTER_ADD, Type.POINTER, 0, 0, "", position, start, distance);
    Type type = placed.size() == 8 ? Type.LONG : Type.INT;
    Node loaded = builder.add(Op.LOAD, type, 0, placed.size(), "", position, place);
    return switch (placed.first()) {
      case Byte _ -> builder.operate(Op.SIGN8, type, position, loaded);
      case Short _ -> builder.operate(Op.SIGN16, type, position, loaded);
      default -> loaded;
    };
  }

  private Placed place(List<@Nullable Object> numbers) {
    Object first = numbers.getFirst();
    if (first == null) {
      throw new IllegalStateException("null is no number");
    }
    int size = size(first);
    for (Kept other : kept) {
      if (other.numbers().equals(numbers)) {
        return new Placed(other.offset(), size, first);
      }
    }
    while (bytes.size() % size != 0) {
      bytes.write(0);
    }
    int offset = bytes.size();
    ByteBuffer written = ByteBuffer.allocate(size * numbers.size()).order(ByteOrder.nativeOrder());
    for (Object number : numbers) {
      long value = Constants.number(number).orElseThrow();
      switch (size) {
        case 1 -> written.put((byte) value);
        case 2 -> written.putShort((short) value);
        case 4 -> written.putInt((int) value);
        default -> written.putLong(value);
      }
    }
    bytes.writeBytes(written.array());
    kept.add(new Kept(List.copyOf(numbers), offset));
    return new Placed(offset, size, first);
  }

  private static int size(Object number) {
    return switch (number) {
      case Byte _, Boolean _ -> 1;
      case Short _, Character _ -> 2;
      case Long _ -> 8;
      default -> 4;
    };
  }

  /** The map with all tables, if there are any. */
  Optional<MapSpec> map() {
    byte[] all = bytes.toByteArray();
    return all.length == 0
        ? Optional.empty()
        : Optional.of(
            MapSpec.of(name, MapType.ARRAY, 4, all.length, 1, MapFlag.RDONLY_PROG)
                .withContents(MapContents.copyOf(all)));
  }
}
