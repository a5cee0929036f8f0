package dev.sluice.bpf.btf;

import dev.sluice.bpf.ObjectSpec;
import dev.sluice.bpf.ProgramSpec;
import dev.sluice.bpf.SourceLine;
import dev.sluice.bpf.Subprogram;
import java.util.List;

/**
 * BTF as a person reads it: types in the words of {@code bpftool btf dump}, then for each program
 * where its functions begin and which lines of the source its instructions come from.
 */
public final class BtfText {
  private static final List<String> LINKAGES = List.of("static", "global", "extern");

  private final StringBuilder out = new StringBuilder();

  private BtfText() {}

  /** What is loaded with an object. */
  public static String of(ObjectSpec object) {
    BtfText text = new BtfText();
    text.types(Btf.parse(ObjectBtf.of(object).blob()));
    object.programs().forEach(text::program);
    return text.out.toString();
  }

  /** The types of a blob, one a line, and what is in them. */
  public static String of(Btf btf) {
    BtfText text = new BtfText();
    text.types(btf);
    return text.out.toString();
  }

  private void types(Btf btf) {
    for (int i = 0; i < btf.types().size(); i++) {
      type(btf, i + 1, btf.types().get(i));
    }
  }

  @SuppressWarnings("AnnotateFormatMethod") // all callers are here
  private void line(String format, Object... values) {
    out.append(format.formatted(values)).append('\n');
  }

  private void type(Btf btf, int id, BtfType type) {
    String name = type.name().isEmpty() ? "(anon)" : type.name();
    switch (type) {
      case BtfType.Int number ->
          line(
              "[%d] INT '%s' size=%d bits_offset=%d nr_bits=%d encoding=%s",
              id, name, number.size(), number.bitOffset(), number.bits(), encoding(number));
      case BtfType.Float number -> line("[%d] FLOAT '%s' size=%d", id, name, number.size());
      case BtfType.Pointer pointer ->
          line("[%d] PTR '%s' type_id=%d", id, name, pointer.targetId());
      case BtfType.Array array ->
          line(
              "[%d] ARRAY '%s' type_id=%d index_type_id=%d nr_elems=%d",
              id, name, array.elementId(), array.indexId(), array.count());
      case BtfType.Composite composite -> {
        line(
            "[%d] %s '%s' size=%d vlen=%d",
            id,
            composite.union() ? "UNION" : "STRUCT",
            name,
            composite.size(),
            composite.members().size());
        composite.members().forEach(this::member);
      }
      case BtfType.Enumeration enumeration -> {
        line(
            "[%d] %s '%s' encoding=%s size=%d vlen=%d",
            id,
            enumeration.size() == 8 ? "ENUM64" : "ENUM",
            name,
            enumeration.signed() ? "SIGNED" : "UNSIGNED",
            enumeration.size(),
            enumeration.values().size());
        enumeration.values().forEach(value -> line("\t'%s' val=%d", value.name(), value.value()));
      }
      case BtfType.Forward forward ->
          line("[%d] FWD '%s' fwd_kind=%s", id, name, forward.union() ? "union" : "struct");
      case BtfType.Typedef typedef ->
          line("[%d] TYPEDEF '%s' type_id=%d", id, name, typedef.targetId());
      case BtfType.Qualified qualified ->
          line("[%d] %s '%s' type_id=%d", id, qualified.qualifier(), name, qualified.targetId());
      case BtfType.Function function ->
          line(
              "[%d] FUNC '%s' type_id=%d linkage=%s",
              id, name, function.prototypeId(), LINKAGES.get(function.linkage()));
      case BtfType.Prototype prototype -> {
        line(
            "[%d] FUNC_PROTO '%s' ret_type_id=%d vlen=%d",
            id, name, prototype.returnId(), prototype.parameters().size());
        prototype
            .parameters()
            .forEach(
                parameter ->
                    line("\t'%s' type_id=%d", named(parameter.name()), parameter.typeId()));
      }
      case BtfType.Variable variable ->
          line(
              "[%d] VAR '%s' type_id=%d, linkage=%s",
              id, name, variable.typeId(), LINKAGES.get(variable.linkage()));
      case BtfType.Section section -> {
        line(
            "[%d] DATASEC '%s' size=%d vlen=%d",
            id, name, section.size(), section.entries().size());
        section
            .entries()
            .forEach(
                entry ->
                    line(
                        "\ttype_id=%d offset=%d size=%d (VAR '%s')",
                        entry.variableId(),
                        entry.offset(),
                        entry.size(),
                        btf.type(entry.variableId()).map(BtfType::name).orElse("")));
      }
      case BtfType.DeclarationTag tag ->
          line(
              "[%d] DECL_TAG '%s' type_id=%d component_idx=%d",
              id, name, tag.targetId(), tag.component());
    }
  }

  private static String named(String name) {
    return name.isEmpty() ? "(anon)" : name;
  }

  private static String encoding(BtfType.Int number) {
    return number.bool()
        ? "BOOL"
        : number.character() ? "CHAR" : number.signed() ? "SIGNED" : "(none)";
  }

  private void member(BtfType.Member member) {
    String bits = member.bitSize() == 0 ? "" : " bitfield_size=" + member.bitSize();
    line(
        "\t'%s' type_id=%d bits_offset=%d%s",
        named(member.name()), member.typeId(), member.bitOffset(), bits);
  }

  private void program(ProgramSpec program) {
    line("%nfunctions of %s:", program.name());
    line("%6d %s", 0, program.name());
    for (Subprogram function : program.functions()) {
      line("%6d %s", function.slot(), function.name());
    }
    line("%nlines of %s:", program.name());
    for (SourceLine source : program.code().lines()) {
      line("%6d %s:%d %s", source.slot(), source.file(), source.line(), source.text().strip());
    }
  }
}
