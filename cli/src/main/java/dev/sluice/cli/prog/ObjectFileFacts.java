package dev.sluice.cli.prog;

import dev.sluice.bpf.elf.ElfObject;
import dev.sluice.bpf.elf.InvalidElfException;
import dev.sluice.bpf.elf.KernelDependency;
import dev.sluice.bpf.elf.ProgramSection;
import dev.sluice.datapath.InvalidInput;
import dev.sluice.kernel.RunningKernel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What an object file tells beside its programs and maps.
 *
 * @param sections the sections that its programs are in
 * @param dependencies what it asks of the kernel, with the answers of this one
 */
record ObjectFileFacts(List<ProgramSection> sections, List<KernelDependency> dependencies) {
  /** Reads them; there are none if it is no object file. */
  static ObjectFileFacts read(Path path) {
    try {
      if (JavaPrograms.isMeant(path.toString())) {
        return new ObjectFileFacts(List.of(), List.of());
      }
      String source = path.toString();
      byte[] bytes = Files.readAllBytes(path);
      return ElfObject.isElf(bytes)
          ? new ObjectFileFacts(
              ProgramSection.of(source, bytes),
              KernelDependency.of(source, bytes, RunningKernel.FACTS))
          : new ObjectFileFacts(List.of(), List.of());
    } catch (InvalidElfException e) {
      throw new InvalidInput(e.source(), 0, 0, e.place() + ": " + e.reason());
    } catch (IOException e) {
      throw new InvalidInput(path.toString(), 0, 0, "cannot be read: " + e.getMessage());
    }
  }

  /** The section that a program is in; empty if that is not known. */
  String sectionOf(String program) {
    return sections.stream()
        .filter(section -> section.forPackets() && section.programs().contains(program))
        .map(ProgramSection::name)
        .findFirst()
        .orElse("");
  }
}
