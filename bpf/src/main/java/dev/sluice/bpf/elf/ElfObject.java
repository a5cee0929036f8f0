package dev.sluice.bpf.elf;

import dev.sluice.bpf.Code;
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
 *       put behind them. Those in sections for other hooks are left out.
 *   <li>Variables in {@code .maps} define maps, also with what they hold from the start; those in
 *       the older section {@code maps}, too. Those in {@code .rodata}, {@code .data} and {@code
 *       .bss} become maps with one value, named as libbpf names them; {@code .rodata} is frozen.
 *   <li>What depends on the kernel (CO-RE), its functions, variables and configuration is taken
 *       from its {@link KernelFacts}.
 *   <li>The section {@code license} is the license, {@code .BTF.ext} says which lines of the source
 *       instructions come from.
 * </ul>
 *
 * <p>Not supported, and refused, are variables that hold an address from the start, and functions
 * of other files.
 */
public final class ElfObject {
  private final ElfFile file;
  private final Optional<Btf> btf;
  private final String name;
  private final KernelFacts facts;

  private ElfObject(ElfFile file, String name, KernelFacts facts) {
    this.file = file;
    this.name = name;
    this.facts = facts;
    btf = file.section(".BTF").map(section -> types(section));
  }

  /** Whether these bytes start as an object file does, so that {@link #parse} is to read them. */
  public static boolean isElf(byte[] bytes) {
    return ElfFile.isElf(bytes);
  }

  /**
   * Reads a file for any kernel.
   *
   * @param source what error messages call it; maps of variables are named after its last part
   * @param bytes the whole file
   * @throws InvalidElfException if it is no such file, is damaged, wants what is not supported, or
   *     depends on a kernel
   */
  public static ObjectSpec parse(String source, byte[] bytes) {
    return parse(source, bytes, KernelFacts.NONE);
  }

  /**
   * Reads a file for a kernel.
   *
   * @param source what error messages call it; maps of variables are named after its last part
   * @param bytes the whole file
   * @param facts what the file may ask of the kernel
   * @throws InvalidElfException if it is no such file, is damaged, wants what is not supported, or
   *     what the kernel has not
   */
  public static ObjectSpec parse(String source, byte[] bytes, KernelFacts facts) {
    try {
      return new ElfObject(ElfFile.read(bytes), objectName(source), facts).read();
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
      ProgramEntries programs = new ProgramEntries(file, functions);
      Externs externs = new Externs(file, btf, facts);
      ElfMaps maps = new ElfMaps(file, btf, name, programs, externs);
      BtfExtension extension = BtfExtension.of(file, btf);
      ElfLinker linker = new ElfLinker(file, functions, maps, externs, extension, facts);
      return new ObjectSpec(programs(programs, linker), maps.specs());
    } catch (InvalidBtfException e) {
      // A text that .BTF.ext refers to is not there.
      throw ElfFault.of("section .BTF", e);
    } catch (IllegalArgumentException e) {
      throw ElfFault.of("the file", e); // an array of programs that holds what is no program
    }
  }

  private List<ProgramSpec> programs(ProgramEntries entries, ElfLinker linker) {
    String license = license();
    List<ProgramSpec> programs = new ArrayList<>();
    for (ProgramEntries.Entry entry : entries.entries()) {
      Code code = linker.link(entry.symbol());
      try {
        ProgramSections.Kind kind = entry.kind();
        programs.add(
            new ProgramSpec(
                entry.name(), kind.type(), kind.attachType(), license, code, kind.fragments()));
      } catch (IllegalArgumentException e) {
        throw ElfFault.of("program " + entry.symbol().name(), e);
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
