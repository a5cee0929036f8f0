package dev.sluice.bpf.elf;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A section of code of an object file, and the functions in it that are programs.
 *
 * @param name its name, such as {@code tc/ingress}
 * @param forPackets whether its name says that it has to do with packets, so that {@link ElfObject}
 *     reads its programs; others stay where they are
 * @param programs the programs, by the names that an {@link dev.sluice.bpf.ObjectSpec} has for
 *     them; where they are not for packets, as in the file
 */
public record ProgramSection(String name, boolean forPackets, List<String> programs) {
  /** Copies the names. */
  public ProgramSection {
    programs = List.copyOf(programs);
  }

  /**
   * The sections with programs, those for packets first.
   *
   * @param source what error messages call the file
   * @param bytes the whole file
   * @throws InvalidElfException if it is no such file, or is damaged
   */
  public static List<ProgramSection> of(String source, byte[] bytes) {
    try {
      ElfFile file = ElfFile.read(bytes);
      ProgramEntries entries = new ProgramEntries(file, new ElfFunctions(file));
      Map<String, List<String>> found = new LinkedHashMap<>();
      for (ProgramEntries.Entry entry : entries.entries()) {
        String section = file.section(entry.symbol().section(), entry.name()).name();
        found.computeIfAbsent(section, _ -> new ArrayList<>()).add(entry.name());
      }
      List<ProgramSection> sections = new ArrayList<>();
      found.forEach((name, programs) -> sections.add(new ProgramSection(name, true, programs)));
      entries
          .othersBySection()
          .forEach((name, programs) -> sections.add(new ProgramSection(name, false, programs)));
      return sections;
    } catch (ElfFault fault) {
      throw new InvalidElfException(source, fault.place(), fault.reason());
    }
  }
}
