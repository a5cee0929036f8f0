package dev.sluice.bpf.elf;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The parts of an ELF file: 64 bits, little endian, relocatable, for eBPF. */
final class ElfFile {
  /** The first bytes of every ELF file. */
  private static final byte[] MAGIC = {0x7f, 'E', 'L', 'F'};

  private static final int HEADER_BYTES = 64;
  private static final int CLASS = 4;
  private static final int CLASS_64 = 2;
  private static final int DATA = 5;
  private static final int DATA_LITTLE = 1;
  private static final int DATA_BIG = 2;
  private static final int TYPE = 16;
  private static final int TYPE_RELOCATABLE = 1;
  private static final int MACHINE = 18;
  private static final int MACHINE_BPF = 247;
  private static final int SECTIONS_OFFSET = 40;
  private static final int SECTION_BYTES = 58;
  private static final int SECTION_COUNT = 60;
  private static final int NAMES_SECTION = 62;

  private final ElfBytes file;
  private final List<ElfSection> sections;
  private final List<ElfSymbol> symbols;

  private ElfFile(ElfBytes file) {
    this.file = file;
    sections = readSections();
    symbols = readSymbols();
  }

  /** Whether these bytes start as an ELF file does. */
  static boolean isElf(byte[] bytes) {
    for (int i = 0; i < MAGIC.length; i++) {
      if (i >= bytes.length || bytes[i] != MAGIC[i]) {
        return false;
      }
    }
    return true;
  }

  static ElfFile read(byte[] bytes) {
    checkHeader(bytes);
    return new ElfFile(ElfBytes.of(bytes));
  }

  private static void checkHeader(byte[] bytes) {
    String place = "the header";
    if (!isElf(bytes)) {
      throw new ElfFault(place, "expected an ELF file, which starts with 7f 45 4c 46");
    }
    ElfBytes header = ElfBytes.of(bytes).part(place, 0, Math.min(HEADER_BYTES, bytes.length));
    int width = header.u8(CLASS);
    if (width != CLASS_64) {
      throw new ElfFault(
          place,
          "expected a file of 64 bits, found "
              + (width == 1 ? "one of 32 bits" : "the class " + width));
    }
    int order = header.u8(DATA);
    if (order != DATA_LITTLE) {
      throw new ElfFault(
          place,
          "expected a little-endian file, found "
              + (order == DATA_BIG
                  ? "a big-endian one: compile it with -target bpfel"
                  : "the byte order " + order));
    }
    int machine = header.u16(MACHINE);
    if (machine != MACHINE_BPF) {
      throw new ElfFault(
          place,
          "expected a file for eBPF (machine %d), found one for machine %d: compile it with"
                  .formatted(MACHINE_BPF, machine)
              + " clang -target bpf");
    }
    int type = header.u16(TYPE);
    if (type != TYPE_RELOCATABLE) {
      throw new ElfFault(
          place, "expected a relocatable file (type 1), as clang -c makes, found type " + type);
    }
    header.u16(NAMES_SECTION);
  }

  private List<ElfSection> readSections() {
    int count = file.u16(SECTION_COUNT);
    int bytes = file.u16(SECTION_BYTES);
    if (count == 0 || bytes != ElfSection.HEADER_BYTES) {
      throw new ElfFault(
          "the header",
          "expected section headers of %d bytes each, found %d of %d bytes"
              .formatted(ElfSection.HEADER_BYTES, count, bytes));
    }
    ElfBytes table =
        file.part("the section headers", file.u64(SECTIONS_OFFSET), (long) count * bytes);
    int namesIndex = file.u16(NAMES_SECTION);
    if (namesIndex >= count) {
      throw new ElfFault(
          "the header",
          "section %d holds the sections' names, but there are %d".formatted(namesIndex, count));
    }
    ElfBytes names = contents(table, namesIndex, "the names of sections");
    List<ElfSection> found = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      long at = (long) i * bytes;
      String name = names.text(table.u32(at));
      found.add(
          new ElfSection(
              i,
              name,
              table.s32(at + 4),
              table.u64(at + 8),
              table.u64(at + 32),
              table.s32(at + 40),
              table.s32(at + 44),
              contents(table, i, "section " + name)));
    }
    return Collections.unmodifiableList(found);
  }

  /** What the file holds of a section; those of type 0 and of zeros have nothing in it. */
  private ElfBytes contents(ElfBytes table, int index, String name) {
    long at = (long) index * ElfSection.HEADER_BYTES;
    int type = table.s32(at + 4);
    boolean none = type == 0 || type == ElfSection.NOBITS;
    return file.part(name, none ? 0 : table.u64(at + 24), none ? 0 : table.u64(at + 32));
  }

  private List<ElfSymbol> readSymbols() {
    ElfSection table = null;
    for (ElfSection section : sections) {
      if (section.type() == ElfSection.SYMBOLS) {
        table = section;
      }
    }
    if (table == null) {
      return List.of();
    }
    ElfBytes bytes = table.bytes();
    ElfBytes names = section(table.link(), table.place()).bytes();
    int count = bytes.length() / ElfSymbol.BYTES;
    List<ElfSymbol> found = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      long at = (long) i * ElfSymbol.BYTES;
      found.add(
          new ElfSymbol(
              names.text(bytes.u32(at)),
              bytes.u8(at + 4),
              bytes.u16(at + 6),
              bytes.u64(at + 8),
              bytes.u64(at + 16)));
    }
    return Collections.unmodifiableList(found);
  }

  List<ElfSection> sections() {
    return sections;
  }

  List<ElfSymbol> symbols() {
    return symbols;
  }

  /** The section with this name, the first if there are several. */
  Optional<ElfSection> section(String name) {
    return sections.stream().filter(section -> section.name().equals(name)).findFirst();
  }

  /**
   * The section with this number.
   *
   * @param place what names it, for the fault if there is none
   */
  ElfSection section(int index, String place) {
    if (index < 0 || index >= sections.size()) {
      throw new ElfFault(
          place,
          "it names section %d, but there are %d"
              .formatted(Integer.toUnsignedLong(index), sections.size()));
    }
    return sections.get(index);
  }

  /** What in a section depends on symbols. */
  List<ElfRelocation> relocations(ElfSection target) {
    List<ElfRelocation> found = new ArrayList<>();
    for (ElfSection section : sections) {
      if (section.info() != target.index()) {
        continue;
      }
      if (section.type() == ElfSection.RELOCATIONS_WITH_ADDENDS) {
        throw new ElfFault(section.place(), "expected relocations of type REL, found RELA");
      }
      if (section.type() == ElfSection.RELOCATIONS) {
        read(section.bytes(), found);
      }
    }
    return found;
  }

  private void read(ElfBytes bytes, List<ElfRelocation> found) {
    for (long at = 0; at + ElfRelocation.BYTES <= bytes.length(); at += ElfRelocation.BYTES) {
      long index = bytes.u32(at + 12);
      if (index >= symbols.size()) {
        throw new ElfFault(
            bytes.place(), "it names symbol %d, but there are %d".formatted(index, symbols.size()));
      }
      found.add(new ElfRelocation(bytes.u64(at), bytes.s32(at + 8), symbols.get((int) index)));
    }
  }

  /** The name that a symbol or the section it stands for has. */
  String nameOf(ElfSymbol symbol) {
    @Nullable ElfSection section =
        symbol.section() < sections.size() ? sections.get(symbol.section()) : null;
    return symbol.isSection() && section != null ? section.name() : symbol.name();
  }
}
