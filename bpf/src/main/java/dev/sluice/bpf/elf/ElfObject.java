package dev.sluice.bpf.elf;

import dev.sluice.bpf.Code;
import dev.sluice.bpf.MapSpec;
import dev.sluice.bpf.ObjectName;
import dev.sluice.bpf.ObjectSpec;
import dev.sluice.bpf.ProgramSpec;
import dev.sluice.bpf.btf.Btf;
import dev.sluice.bpf.btf.InvalidBtfException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads object files as {@code clang -target bpf -g -c} makes them, in the form that libbpf loads.
 *
 * <ul>
 *   <li>Functions in sections such as {@code tc} and {@code xdp} are programs. What they call is
 *       put behind them.
 *   <li>Variables in {@code .maps} define maps. Those in {@code .rodata}, {@code .data} and {@code
 *       .bss} become maps with one value, named as libbpf names them; {@code .rodata} is frozen.
 *   <li>The section {@code license} is the license, {@code .BTF.ext} says which lines of the source
 *       instructions come from.
 * </ul>
 *
 * <p>Not supported, and refused, are functions and variables of the kernel, what has to be
 * relocated for the running kernel (CO-RE) except in contexts and headers, which are the same in
 * all, maps that hold programs or maps from the start, and maps in the older section {@code maps}.
 */
public final class ElfObject {
  private final ElfFile file;
  private final Optional<Btf> btf;
  private final String name;

  private ElfObject(ElfFile file, String name) {
    this.file = file;
    this.name = name;
    btf = file.section(".BTF").map(section -> types(section));
  }

  /** Whether these bytes start as an object file does, so that {@link #parse} is to read them. */
  public static boolean isElf(byte[] bytes) {
    return ElfFile.isElf(bytes);
  }

  /**
   * Reads a file.
   *
   * @param source what error messages call it; maps of variables are named after its last part
   * @param bytes the whole file
   * @throws InvalidElfException if it is no such file, is damaged, or wants what is not supported
   */
  public static ObjectSpec parse(String source, byte[] bytes) {
    try {
      return new ElfObject(ElfFile.read(bytes), objectName(source)).read();
    } catch (ElfFault fault) {
      throw new InvalidElfException(source, fault.place(), fault.reason());
    }
  }

  /** The file's name without its folder and what is behind the first dot. */
  private static String objectName(String source) {
    String base = source.substring(source.lastIndexOf('/') + 1);
    int dot = base.indexOf('.');
    StringBuilder name = new StringBuilder();
    base.substring(0, dot < 0 ? base.length() : dot)
        .chars()
        .forEach(c -> name.append(ElfMaps.isAllowed(c) ? (char) c : '_'));
    return name.toString();
  }

  private static Btf types(ElfSection section) {
    try {
      return Btf.parse(section.bytes().array());
    } catch (InvalidBtfException e) {
      throw ElfFault.of(section.place(), e);
    }
  }

  private ObjectSpec read() {
    try {
      ElfFunctions functions = new ElfFunctions(file);
      ElfMaps maps = new ElfMaps(file, btf, name);
      BtfExtension extension = BtfExtension.of(file, btf);
      ElfLinker linker = new ElfLinker(file, functions, maps, extension);
      List<MapSpec> mapSpecs = maps.specs();
      return new ObjectSpec(programs(functions, linker), mapSpecs);
    } catch (InvalidBtfException e) {
      // A text that .BTF.ext refers to is not there.
      throw ElfFault.of("section .BTF", e);
    }
  }

  private List<ProgramSpec> programs(ElfFunctions functions, ElfLinker linker) {
    String license = license();
    UniqueNames names = new UniqueNames(ObjectName.MAX_LENGTH, ElfMaps::isAllowed);
    List<ProgramSpec> programs = new ArrayList<>();
    for (ElfSection section : file.sections()) {
      if (!section.isCode() || section.name().equals(ElfSection.TEXT)) {
        continue;
      }
      for (ElfSymbol entry : functions.programs(section)) {
        ProgramSections.Kind kind = ProgramSections.of(section);
        Code code = linker.link(entry);
        try {
          programs.add(
              new ProgramSpec(
                  names.give(entry.name()), kind.type(), kind.attachType(), license, code));
        } catch (IllegalArgumentException e) {
          throw ElfFault.of("program " + entry.name(), e);
        }
      }
    }
    return programs;
  }

  private String license() {
    Optional<ElfSection> section = file.section("license");
    if (section.isEmpty()) {
      return ProgramSpec.NO_LICENSE;
    }
    String text = new String(section.get().bytes().array(), StandardCharsets.ISO_8859_1);
    int end = text.indexOf('\0');
    return end < 0 ? text : text.substring(0, end);
  }
}
