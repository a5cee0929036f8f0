package dev.sluice.bpf.elf;

import dev.sluice.bpf.btf.Btf;
import dev.sluice.bpf.btf.BtfType;
import dev.sluice.bpf.btf.InvalidBtfException;
import dev.sluice.bpf.relocation.Answer;
import dev.sluice.bpf.relocation.KernelTypes;
import dev.sluice.bpf.relocation.Relocation;
import dev.sluice.bpf.relocation.RelocationException;
import dev.sluice.bpf.relocation.RelocationKind;
import dev.sluice.bpf.relocation.Relocator;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Something that an object file asks of the kernel that it is to run in, and what that answers.
 *
 * @param kind what it is about
 * @param name what is asked for: {@code CONFIG_HZ}, {@code bpf_dynptr_from_skb}, {@code the place
 *     of field 'sk_buff.len' (0:3)}
 * @param optional whether the file does without it ({@code __weak}); relocations say so by asking
 *     for existence first, which cannot be seen here
 * @param answer in words; empty if the kernel has none
 */
public record KernelDependency(Kind kind, String name, boolean optional, Optional<String> answer) {
  /** What something that is asked of a kernel may be about. */
  public enum Kind {
    /** Where a field is, whether a type exists and their kin (CO-RE). */
    RELOCATION,
    /** How it was configured ({@code __kconfig}). */
    CONFIGURATION,
    /** A function ({@code __ksym}). */
    FUNCTION,
    /** A variable ({@code __ksym}). */
    VARIABLE
  }

  /**
   * What a file asks: configuration, functions, variables, then relocations in the order of the
   * file, each once.
   *
   * @param source what error messages call it
   * @param bytes the whole file
   * @param facts what the kernel tells
   * @throws InvalidElfException if it is no such file, or is damaged
   */
  public static List<KernelDependency> of(String source, byte[] bytes, KernelFacts facts) {
    try {
      ElfFile file = ElfFile.read(bytes);
      Optional<ElfSection> section = file.section(".BTF");
      if (section.isEmpty()) {
        return List.of();
      }
      Btf types = Btf.parse(section.get().bytes().array());
      Set<KernelDependency> found = new LinkedHashSet<>();
      Set<String> weak = new HashSet<>();
      for (ElfSymbol symbol : file.symbols()) {
        if (symbol.section() == ElfSymbol.UNDEFINED && symbol.isWeak()) {
          weak.add(symbol.name());
        }
      }
      for (BtfType.Variable option : types.variables(Externs.CONFIGURATION)) {
        found.add(
            new KernelDependency(
                Kind.CONFIGURATION,
                option.name(),
                weak.contains(option.name()),
                configuration(option.name(), facts)));
      }
      for (BtfType symbol : types.section(Externs.SYMBOLS)) {
        found.add(ofSymbol(symbol, types, weak.contains(symbol.name()), facts));
      }
      for (Relocation relocation : BtfExtension.of(file, Optional.of(types)).relocations()) {
        found.add(
            new KernelDependency(
                Kind.RELOCATION, relocation.describe(), false, answer(relocation, facts)));
      }
      return new ArrayList<>(found);
    } catch (ElfFault fault) {
      throw new InvalidElfException(source, fault.place(), fault.reason());
    } catch (InvalidBtfException e) {
      ElfFault fault = ElfFault.of("section .BTF", e);
      throw new InvalidElfException(source, fault.place(), fault.reason());
    }
  }

  private static Optional<String> configuration(String option, KernelFacts facts) {
    return option.equals(Externs.VERSION)
        ? facts
            .version()
            .map(code -> "%d.%d.%d".formatted(code >>> 16, code >>> 8 & 0xff, code & 0xff))
        : facts.configuration(option);
  }

  private static KernelDependency ofSymbol(
      BtfType symbol, Btf types, boolean optional, KernelFacts facts) {
    return new KernelDependency(
        symbol instanceof BtfType.Function ? Kind.FUNCTION : Kind.VARIABLE,
        symbol.name(),
        optional,
        Externs.isUntyped(types, symbol)
            ? address(facts.address(symbol.name()))
            : typeNumber(
                facts.types().map(known -> known.numberOf(symbol)).orElse(OptionalInt.empty())));
  }

  private static Optional<String> typeNumber(OptionalInt id) {
    return id.isPresent() ? Optional.of("type " + id.getAsInt()) : Optional.empty();
  }

  private static Optional<String> address(OptionalLong address) {
    return address.isPresent()
        ? Optional.of("address 0x" + Long.toHexString(address.getAsLong()))
        : Optional.empty();
  }

  private static Optional<String> answer(Relocation relocation, KernelFacts facts) {
    if (StableTypes.answers(relocation)) {
      return Optional.of("the same in every kernel");
    }
    Optional<KernelTypes> types = facts.types();
    if (types.isEmpty() && relocation.kind() != RelocationKind.TYPE_ID_LOCAL) {
      return Optional.empty();
    }
    try {
      Answer answer = new Relocator(types.orElseGet(KernelTypes::none)).answer(relocation);
      return answer.found() ? Optional.of(Long.toString(answer.value())) : Optional.empty();
    } catch (RelocationException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }
}
