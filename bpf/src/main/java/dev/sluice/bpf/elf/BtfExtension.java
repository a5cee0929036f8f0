package dev.sluice.bpf.elf;

import dev.sluice.bpf.Bytecode;
import dev.sluice.bpf.SourceLine;
import dev.sluice.bpf.btf.Btf;
import dev.sluice.bpf.relocation.Relocation;
import dev.sluice.bpf.relocation.RelocationKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Section {@code .BTF.ext}: the lines of the source that instructions come from, and which of them
 * depend on the kernel that they run in ({@code struct btf_ext_header} in libbpf).
 */
final class BtfExtension {
  private static final String NAME = ".BTF.ext";
  private static final int MAGIC = 0xeb9f;
  private static final int HEADER_LENGTH = 4;
  private static final int LINES = 16;
  private static final int RELOCATIONS = 24;
  private static final int RECORD_BYTES = 16;

  /** A place in a section of code. */
  private record Position(String section, long offset) {}

  /** A record of four words, without the first, which is its place. */
  private record Entry(int second, int third, int fourth) {}

  private final @Nullable Btf btf;
  private final Map<Position, Entry> lines = new HashMap<>();
  private final Map<Position, Entry> relocations = new LinkedHashMap<>();

  private BtfExtension(@Nullable Btf btf) {
    this.btf = btf;
  }

  /** Reads the section if the file has one. */
  static BtfExtension of(ElfFile file, Optional<Btf> btf) {
    BtfExtension extension = new BtfExtension(btf.orElse(null));
    Optional<ElfSection> section = file.section(NAME);
    section.ifPresent(
        found ->
            extension.read(
                found.bytes(),
                btf.orElseThrow(
                    () -> new ElfFault(found.place(), "expected a section .BTF, too"))));
    return extension;
  }

  private void read(ElfBytes bytes, Btf types) {
    int magic = bytes.u16(0);
    if (magic != MAGIC) {
      throw new ElfFault(bytes.place(), "magic 0x%04x, not 0xeb9f".formatted(magic));
    }
    long header = bytes.u32(HEADER_LENGTH);
    if (header >= LINES + 8) {
      readPart(bytes, header, LINES, types, lines);
    }
    if (header >= RELOCATIONS + 8) {
      readPart(bytes, header, RELOCATIONS, types, relocations);
    }
  }

  /** A part is a size of records, then for each section of code its name, a count and records. */
  private static void readPart(
      ElfBytes bytes, long header, int field, Btf types, Map<Position, Entry> entries) {
    ElfBytes part =
        bytes.part(bytes.place(), header + bytes.u32(field), bytes.u32(field + Integer.BYTES));
    if (part.length() == 0) {
      return;
    }
    long recordBytes = part.u32(0);
    if (recordBytes < RECORD_BYTES) {
      throw new ElfFault(
          bytes.place(),
          "expected records of at least %d bytes, found %d".formatted(RECORD_BYTES, recordBytes));
    }
    long at = Integer.BYTES;
    while (at < part.length()) {
      String section = types.text(part.s32(at));
      long count = part.u32(at + Integer.BYTES);
      at += 2 * Integer.BYTES;
      for (long i = 0; i < count; i++) {
        Position position = new Position(section, part.u32(at));
        entries.put(position, new Entry(part.s32(at + 4), part.s32(at + 8), part.s32(at + 12)));
        at += recordBytes;
      }
    }
  }

  private static Position position(ElfFunction function, int slot) {
    return new Position(
        function.section().name(), (long) (function.slot() + slot) * Bytecode.SLOT_BYTES);
  }

  /** The line that instructions from this one on come from; empty if none begins here. */
  Optional<SourceLine> line(ElfFunction function, int slot) {
    Entry entry = lines.get(position(function, slot));
    if (entry == null || btf == null) {
      return Optional.empty();
    }
    return SourceLine.ofPacked(
        slot, btf.text(entry.second()), entry.fourth(), btf.text(entry.third()));
  }

  /**
   * What an instruction wants to know of the kernel; empty if nothing, or if the answer is the same
   * in every kernel, so that it stands in the file already.
   *
   * @param place the program that it is in
   */
  Optional<Relocation> relocation(String place, ElfFunction function, int slot) {
    Entry entry = relocations.get(position(function, slot));
    if (entry == null || btf == null) {
      return Optional.empty();
    }
    RelocationKind kind =
        RelocationKind.find(entry.fourth())
            .orElseThrow(
                () ->
                    new ElfFault(place, "no kind of relocation has the number " + entry.fourth()));
    Relocation relocation = new Relocation(btf, entry.second(), btf.text(entry.third()), kind);
    return StableTypes.answers(relocation) ? Optional.empty() : Optional.of(relocation);
  }

  /** Every relocation of the file, also those that no program reaches. */
  List<Relocation> relocations() {
    List<Relocation> found = new ArrayList<>();
    Btf types = btf;
    if (types != null) {
      for (Entry entry : relocations.values()) {
        RelocationKind.find(entry.fourth())
            .ifPresent(
                kind ->
                    found.add(
                        new Relocation(types, entry.second(), types.text(entry.third()), kind)));
      }
    }
    return found;
  }
}
