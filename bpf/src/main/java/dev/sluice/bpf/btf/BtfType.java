package dev.sluice.bpf.btf;

import java.util.List;

/**
 * A type, function or variable in a {@link Btf}. Others are referred to by their id, from 1 on; 0
 * is {@code void}. Every id in a parsed {@link Btf} is one of it.
 */
public sealed interface BtfType {
  /** Its name; empty if it has none. */
  String name();

  /**
   * An integer.
   *
   * @param size bytes
   * @param bits how many of them count, from bit {@code bitOffset} on
   */
  record Int(
      String name,
      int size,
      int bits,
      int bitOffset,
      boolean signed,
      boolean character,
      boolean bool)
      implements BtfType {}

  /** A floating-point number of so many bytes. */
  record Float(String name, int size) implements BtfType {}

  /** A pointer. */
  record Pointer(int targetId) implements BtfType {
    @Override
    public String name() {
      return "";
    }
  }

  /** An array; the count may be 0. */
  record Array(int elementId, int indexId, long count) implements BtfType {
    @Override
    public String name() {
      return "";
    }
  }

  /**
   * A struct or union.
   *
   * @param size bytes
   */
  record Composite(String name, boolean union, long size, List<Member> members) implements BtfType {
    /** A copy of the members is kept. */
    public Composite {
      members = List.copyOf(members);
    }
  }

  /**
   * A field of a struct or union.
   *
   * @param bitOffset bits from its start
   * @param bitSize bits of a bit field; 0 if it is none
   */
  record Member(String name, int typeId, long bitOffset, int bitSize) {}

  /**
   * An enumeration.
   *
   * @param size bytes of its values
   */
  record Enumeration(String name, int size, boolean signed, List<Enumerator> values)
      implements BtfType {
    /** A copy of the values is kept. */
    public Enumeration {
      values = List.copyOf(values);
    }
  }

  /** A value of an enumeration. */
  record Enumerator(String name, long value) {}

  /** A struct or union that is named but not described. */
  record Forward(String name, boolean union) implements BtfType {}

  /** Another name for a type. */
  record Typedef(String name, int targetId) implements BtfType {}

  /** A type with something added that does not change its bytes. */
  record Qualified(Qualifier qualifier, String name, int targetId) implements BtfType {}

  /** What is added; a tag's text is the name of the {@link Qualified}. */
  enum Qualifier {
    VOLATILE,
    CONST,
    RESTRICT,
    TYPE_TAG
  }

  /**
   * A function.
   *
   * @param linkage 0 static, 1 global, 2 extern
   */
  record Function(String name, int prototypeId, int linkage) implements BtfType {}

  /** What a function takes and gives. */
  record Prototype(int returnId, List<Parameter> parameters) implements BtfType {
    /** A copy of the parameters is kept. */
    public Prototype {
      parameters = List.copyOf(parameters);
    }

    @Override
    public String name() {
      return "";
    }
  }

  /** A parameter; without name and type it stands for any further ones. */
  record Parameter(String name, int typeId) {}

  /**
   * A variable.
   *
   * @param linkage 0 static, 1 global, 2 extern
   */
  record Variable(String name, int typeId, int linkage) implements BtfType {}

  /** A section of variables. */
  record Section(String name, long size, List<SectionEntry> entries) implements BtfType {
    /** A copy of the entries is kept. */
    public Section {
      entries = List.copyOf(entries);
    }
  }

  /** A variable in a section: its place and size in bytes. */
  record SectionEntry(int variableId, long offset, long size) {}

  /**
   * A text attached to a declaration.
   *
   * @param name the text
   * @param component which member or parameter it is for; −1 for the whole
   */
  record DeclarationTag(String name, int targetId, int component) implements BtfType {}
}
