package dev.sluice.bpf.elf;

import dev.sluice.bpf.ObjectName;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** The programs of a file: the functions in sections whose names say what they are for. */
final class ProgramEntries {
  private final ElfFile file;

  /** The programs, with their names. */
  private final List<Entry> entries = new ArrayList<>();

  /** The functions of sections for hooks that have nothing to do with packets, by section. */
  private final SequencedMap<String, List<String>> others = new LinkedHashMap<>();

  /**
   * A program.
   *
   * @param symbol its entry
   * @param kind what it is for
   * @param name its name, which fits the kernel and is the only one in the file
   */
  record Entry(ElfSymbol symbol, ProgramSections.Kind kind, String name) {}

  ProgramEntries(ElfFile file, ElfFunctions functions) {
    this.file = file;
    UniqueNames names = new UniqueNames(ObjectName.MAX_LENGTH, ElfMaps::isAllowed);
    for (ElfSection section : file.sections()) {
      if (!section.isCode() || section.name().equals(ElfSection.TEXT)) {
        continue;
      }
      ProgramSections.Kind kind = ProgramSections.find(section);
      for (ElfSymbol symbol : functions.programs(section)) {
        if (kind == null) {
          others.computeIfAbsent(section.name(), _ -> new ArrayList<>()).add(symbol.name());
        } else {
          entries.add(new Entry(symbol, kind, names.give(symbol.name())));
        }
      }
    }
    if (entries.isEmpty() && !others.isEmpty()) {
      throw new ElfFault(
          "section " + others.firstEntry().getKey(),
          "expected programs in sections named " + ProgramSections.names());
    }
  }

  List<Entry> entries() {
    return entries;
  }

  /** The functions of sections that have nothing to do with packets. */
  SequencedMap<String, List<String>> othersBySection() {
    return Collections.unmodifiableSequencedMap(others);
  }

  /**
   * The name of the program that starts at a place.
   *
   * @param symbol names the section
   * @param offset bytes from the start of the section
   * @param place what refers to it
   */
  String nameAt(ElfSymbol symbol, long offset, String place) {
    @Nullable Entry found =
        entries.stream()
            .filter(
                entry ->
                    entry.symbol().section() == symbol.section()
                        && entry.symbol().value() == offset)
            .findFirst()
            .orElse(null);
    if (found == null) {
      throw new ElfFault(
          place,
          "it is to hold '%s', which is no program%s"
              .formatted(file.nameOf(symbol), others.isEmpty() ? "" : " for packets"));
    }
    return found.name();
  }
}
