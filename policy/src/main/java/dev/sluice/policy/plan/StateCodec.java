package dev.sluice.policy.plan;

import dev.sluice.datapath.chain.AttachMode;
import dev.sluice.policy.address.Prefix;
import dev.sluice.policy.rule.RuleName;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;

/**
 * What is kept as bytes, packed: a hundred thousand prefixes take a few hundred kilobytes.
 *
 * <p>Reading throws {@link IOException} for what was not written here.
 */
final class StateCodec {
  private StateCodec() {}

  private interface Body<T> {
    void write(DataOutputStream out, T value) throws IOException;
  }

  private static <T> byte[] packed(T value, Body<T> body) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(new DeflaterOutputStream(bytes))) {
      body.write(out, value);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory does not fail so
    }
    return bytes.toByteArray();
  }

  private static DataInputStream unpacked(byte[] content) {
    return new DataInputStream(new InflaterInputStream(new ByteArrayInputStream(content)));
  }

  static byte[] bytes(Applied policy) {
    return packed(
        policy,
        (out, applied) -> {
          write(out, applied.text());
          table(out, applied.numbers(), DataOutputStream::writeInt);
          table(out, applied.lists(), StateCodec::write);
          table(
              out,
              applied.bindings(),
              (_, binding) -> {
                write(out, binding.device());
                write(out, binding.addresses());
              });
        });
  }

  static Applied applied(byte[] content) throws IOException {
    try (DataInputStream in = unpacked(content)) {
      return new Applied(
          text(in),
          table(in, DataInputStream::readInt),
          table(in, StateCodec::prefixes),
          table(in, from -> new Surroundings.Binding(text(from), prefixes(from))));
    }
  }

  static byte[] bytes(InForce rules) {
    return packed(
        rules,
        (out, inForce) -> {
          write(out, inForce.fingerprint());
          write(out, inForce.mode().name());
          writeNumbers(out, inForce.programs());
          writeNumbers(out, inForce.clsact());
          table(
              out,
              inForce.own(),
              (_, own) -> {
                write(out, own.version());
                out.writeInt(own.program());
              });
          out.writeInt(inForce.names().size());
          for (Map.Entry<Integer, RuleName> name : inForce.names().entrySet()) {
            out.writeInt(name.getKey());
            write(out, name.getValue().policy());
            write(out, name.getValue().kind().name());
            write(out, name.getValue().name());
          }
        });
  }

  static InForce inForce(byte[] content) throws IOException {
    try (DataInputStream in = unpacked(content)) {
      String fingerprint = text(in);
      AttachMode mode = constant(AttachMode.class, text(in));
      SortedSet<Integer> programs = numbers(in);
      SortedSet<Integer> clsact = numbers(in);
      SortedMap<String, InForce.Own> own =
          table(in, from -> new InForce.Own(text(from), from.readInt()));
      SortedMap<Integer, RuleName> names = new TreeMap<>();
      for (int left = in.readInt(); left > 0; left--) {
        names.put(
            in.readInt(),
            new RuleName(text(in), constant(RuleName.Kind.class, text(in)), text(in)));
      }
      return new InForce(fingerprint, mode, programs, names, own, clsact);
    }
  }

  private static <E extends Enum<E>> E constant(Class<E> type, String name) throws IOException {
    try {
      return Enum.valueOf(type, name);
    } catch (IllegalArgumentException e) {
      throw new IOException("not known: " + name, e);
    }
  }

  private static void writeNumbers(DataOutputStream out, Collection<Integer> numbers)
      throws IOException {
    out.writeInt(numbers.size());
    for (int number : numbers) {
      out.writeInt(number);
    }
  }

  private static SortedSet<Integer> numbers(DataInputStream in) throws IOException {
    SortedSet<Integer> numbers = new TreeSet<>();
    for (int left = in.readInt(); left > 0; left--) {
      numbers.add(in.readInt());
    }
    return numbers;
  }

  private static <T> void table(DataOutputStream out, Map<String, T> table, Body<T> body)
      throws IOException {
    out.writeInt(table.size());
    for (Map.Entry<String, T> entry : table.entrySet()) {
      write(out, entry.getKey());
      body.write(out, entry.getValue());
    }
  }

  private interface Part<T> {
    T read(DataInputStream in) throws IOException;
  }

  private static <T> SortedMap<String, T> table(DataInputStream in, Part<T> part)
      throws IOException {
    SortedMap<String, T> table = new TreeMap<>();
    for (int left = in.readInt(); left > 0; left--) {
      table.put(text(in), part.read(in));
    }
    return table;
  }

  private static void write(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static String text(DataInputStream in) throws IOException {
    return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
  }

  private static void write(DataOutputStream out, Collection<Prefix> prefixes) throws IOException {
    out.writeInt(prefixes.size());
    for (Prefix prefix : prefixes) {
      out.writeBoolean(prefix.six());
      out.writeByte(prefix.length());
      out.writeLong(prefix.high());
      out.writeLong(prefix.low());
    }
  }

  private static List<Prefix> prefixes(DataInputStream in) throws IOException {
    List<Prefix> prefixes = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) {
      boolean six = in.readBoolean();
      int length = in.readUnsignedByte();
      prefixes.add(new Prefix(six, in.readLong(), in.readLong(), length));
    }
    return prefixes;
  }
}
