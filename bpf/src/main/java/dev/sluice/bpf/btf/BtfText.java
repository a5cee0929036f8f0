package dev.sluice.bpf.btf;

import dev.sluice.bpf.ObjectSpec;
import dev.sluice.bpf.ProgramSpec;
import dev.sluice.bpf.SourceLine;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;

/** Prints an object's BTF: types as {@code bpftool btf dump} does, then functions and lines. */
public final class BtfText {
  private BtfText() {}

  /** The types of an object, and for each program where functions and lines begin. */
  public static String of(ObjectSpec object) {
    ObjectBtf described = ObjectBtf.of(object);
    StringBuilder out = new StringBuilder();
    List<BtfType> types = Btf.parse(described.blob()).types();
    for (int i = 0; i < types.size(); i++) {
      out.append('[').append(i + 1).append("] ").append(text(types.get(i))).append('\n');
    }
    for (ProgramSpec program : object.programs()) {
      ProgramInfo info = described.program(program.name()).orElseThrow();
      out.append("\nfunctions of ").append(program.name()).append('\n');
      ByteBuffer functions = ByteBuffer.wrap(info.functionInfo()).order(ByteOrder.nativeOrder());
      while (functions.hasRemaining()) {
        int slot = functions.getInt();
        int id = functions.getInt();
        out.append("%5d: [%d] %s%n".formatted(slot, id, types.get(id - 1).name()));
      }
      out.append("\nlines of ").append(program.name()).append('\n');
      for (SourceLine line : program.code().lines()) {
        String place = line.file() + ":" + line.line();
        out.append("%5d: %s  %s".formatted(line.slot(), place, line.text().strip()).stripTrailing())
            .append('\n');
      }
    }
    return out.toString();
  }

  /** A type as bpftool prints it, its parts on lines of their own. */
  static String text(BtfType type) {
    return switch (type) {
      case BtfType.Int(
              var name,
              int size,
              int bits,
              int offset,
              boolean signed,
              var ch,
              var bool) ->
          "INT %s size=%d bits_offset=%d nr_bits=%d encoding=%s"
              .formatted(
                  quoted(name),
                  size,
                  offset,
                  bits,
                  signed ? "SIGNED" : ch ? "CHAR" : bool ? "BOOL" : "(none)");
      case BtfType.Float(var name, int size) -> "FLOAT %s size=%d".formatted(quoted(name), size);
      case BtfType.Pointer(int target) -> "PTR '(anon)' type_id=" + target;
      case BtfType.Array(int element, int index, long count) ->
          "ARRAY '(anon)' type_id=%d index_type_id=%d nr_elems=%d".formatted(element, index, count);
      case BtfType.Composite composite -> composite(composite);
      case BtfType.Enumeration(var name, int size, boolean signed, var values) -> {
        StringJoiner lines = new StringJoiner("\n\t");
        lines.add(
            "%s %s encoding=%s size=%d vlen=%d"
                .formatted(
                    size == 8 ? "ENUM64" : "ENUM",
                    quoted(name),
                    signed ? "SIGNED" : "UNSIGNED",
                    size,
                    values.size()));
        values.forEach(value -> lines.add("'%s' val=%d".formatted(value.name(), value.value())));
        yield lines.toString();
      }
      case BtfType.Forward(var name, boolean union) ->
          "FWD %s fwd_kind=%s".formatted(quoted(name), union ? "union" : "struct");
      case BtfType.Typedef(var name, int target) ->
          "TYPEDEF %s type_id=%d".formatted(quoted(name), target);
      case BtfType.Qualified(var qualifier, var name, int target) ->
          "%s %s type_id=%d"
              .formatted(qualifier.name().toUpperCase(Locale.ROOT), quoted(name), target);
      case BtfType.Function(var name, int prototype, int linkage) ->
          "FUNC %s type_id=%d linkage=%s".formatted(quoted(name), prototype, linkage(linkage));
      case BtfType.Prototype(int result, var parameters) -> {
        StringJoiner lines = new StringJoiner("\n\t");
        lines.add(
            "FUNC_PROTO '(anon)' ret_type_id=%d vlen=%d".formatted(result, parameters.size()));
        parameters.forEach(
            one -> lines.add("%s type_id=%d".formatted(quoted(one.name()), one.typeId())));
        yield lines.toString();
      }
      case BtfType.Variable(var name, int target, int linkage) ->
          "VAR %s type_id=%d, linkage=%s".formatted(quoted(name), target, linkage(linkage));
      case BtfType.Section(var name, long size, var entries) -> {
        StringJoiner lines = new StringJoiner("\n\t");
        lines.add("DATASEC %s size=%d vlen=%d".formatted(quoted(name), size, entries.size()));
        entries.forEach(
            entry ->
                lines.add(
                    "type_id=%d offset=%d size=%d"
                        .formatted(entry.variableId(), entry.offset(), entry.size())));
        yield lines.toString();
      }
      case BtfType.DeclarationTag(var name, int target, int component) ->
          "DECL_TAG %s type_id=%d component_idx=%d".formatted(quoted(name), target, component);
    };
  }

  private static String composite(BtfType.Composite type) {
    StringJoiner lines = new StringJoiner("\n\t");
    lines.add(
        "%s %s size=%d vlen=%d"
            .formatted(
                type.union() ? "UNION" : "STRUCT",
                quoted(type.name()),
                type.size(),
                type.members().size()));
    for (BtfType.Member member : type.members()) {
      String bits = member.bitSize() == 0 ? "" : " bitfield_size=" + member.bitSize();
      lines.add(
          "%s type_id=%d bits_offset=%d%s"
              .formatted(quoted(member.name()), member.typeId(), member.bitOffset(), bits));
    }
    return lines.toString();
  }

  private static String quoted(String name) {
    return name.isEmpty() ? "'(anon)'" : "'" + name + "'";
  }

  private static String linkage(int linkage) {
    return switch (linkage) {
      case 0 -> "static";
      case 1 -> "global";
      default -> "extern";
    };
  }
}
