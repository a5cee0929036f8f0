package dev.sluice.bpf.elf;

import dev.sluice.bpf.Bytecode;
import dev.sluice.bpf.Call;
import dev.sluice.bpf.Code;
import dev.sluice.bpf.CodeBuilder;
import dev.sluice.bpf.Constant;
import dev.sluice.bpf.Identifier;
import dev.sluice.bpf.Instruction;
import dev.sluice.bpf.Label;
import dev.sluice.bpf.ProgramSpec;
import dev.sluice.bpf.Register;
import dev.sluice.bpf.relocation.Relocation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Puts programs together: the function that is the entry, behind it all that it calls, as {@code
 * bpf_object__reloc_code} of libbpf does, with maps by name.
 */
final class ElfLinker {
  /** Most slots of all programs: functions are copied behind each program that calls them. */
  private static final int MAX_SLOTS = 4 * ProgramSpec.MAX_SLOTS;

  private final ElfFile file;
  private final ElfFunctions functions;
  private final ElfMaps maps;
  private final Externs externs;
  private final KernelAnswers answers;
  private final BtfExtension extension;
  private int slots;

  ElfLinker(
      ElfFile file,
      ElfFunctions functions,
      ElfMaps maps,
      Externs externs,
      BtfExtension extension,
      KernelFacts facts) {
    this.file = file;
    this.functions = functions;
    this.maps = maps;
    this.externs = externs;
    this.extension = extension;
    answers = new KernelAnswers(facts);
  }

  /** The program with this entry. */
  Code link(ElfSymbol entry) {
    return new Program(functions.function(entry)).link();
  }

  /** One that is being put together. */
  private final class Program {
    private final CodeBuilder code = CodeBuilder.create();
    private final UniqueNames names =
        new UniqueNames(Identifier.MAX_LENGTH, c -> Identifier.isValid("_" + (char) c));

    /** The functions in the order of their slots. */
    private final SequencedMap<ElfSymbol, Label> labels = new LinkedHashMap<>();

    private final String place;

    Program(ElfFunction entry) {
      place = "program " + entry.name();
      take(entry, code.newLabel(names.give(entry.name())));
      followCalls(entry);
    }

    private void take(ElfFunction function, Label label) {
      labels.put(function.symbol(), label);
      slots += function.slots();
      if (slots > MAX_SLOTS) {
        throw new ElfFault(place, "the programs up to it take more than " + MAX_SLOTS + " slots");
      }
    }

    /** Takes what is called, each function followed by what it calls: the order of libbpf. */
    private void followCalls(ElfFunction entry) {
      Deque<Iterator<ElfFunction>> calls = new ArrayDeque<>();
      calls.push(called(entry));
      while (!calls.isEmpty()) {
        if (!calls.getFirst().hasNext()) {
          calls.pop();
          continue;
        }
        ElfFunction function = calls.getFirst().next();
        if (!labels.containsKey(function.symbol())) {
          String name = function.name();
          boolean fits = !name.isEmpty() && Identifier.isValid(name.substring(0, 1));
          take(function, code.newFunction(names.give(fits ? name : "_" + name)));
          calls.push(called(function));
        }
      }
    }

    private Iterator<ElfFunction> called(ElfFunction function) {
      List<ElfFunction> called = new ArrayList<>();
      int slot = 0;
      for (Instruction instruction : function.instructions()) {
        ElfFunction target = target(function, slot, instruction);
        if (target != null) {
          called.add(target);
        }
        slot += instruction.slots();
      }
      return called.iterator();
    }

    Code link() {
      labels.forEach(
          (symbol, label) -> {
            ElfFunction function = functions.function(symbol);
            code.bind(label);
            int slot = 0;
            for (Instruction instruction : function.instructions()) {
              extension
                  .line(function, slot)
                  .ifPresent(
                      line -> code.line(line.file(), line.line(), line.column(), line.text()));
              add(function, slot, instruction);
              slot += instruction.slots();
            }
          });
      return code.build();
    }

    private void add(ElfFunction function, int slot, Instruction instruction) {
      ElfFunction target = target(function, slot, instruction);
      ElfRelocation relocation = function.relocations().get(slot);
      if (target != null) {
        Label label = Objects.requireNonNull(labels.get(target.symbol()));
        if (instruction instanceof Constant.Wide(Register to, long value)) {
          code.loadFunction(to, label);
        } else {
          code.call(label);
        }
      } else if (relocation != null && relocation.symbol().section() == ElfSymbol.UNDEFINED) {
        code.add(ofKernel(function, relocation, instruction));
      } else if (relocation != null
          && instruction instanceof Constant.Wide(Register to, long value)) {
        ElfSymbol symbol = relocation.symbol();
        code.add(
            maps.address(
                to,
                file.section(symbol.section(), function.place()),
                symbol.value() + (int) value,
                function.place()));
      } else {
        Optional<Relocation> wanted = extension.relocation(place, function, slot);
        if (wanted.isPresent()) {
          answers.patch(place, function, slot, instruction, wanted.get()).forEach(code::add);
        } else {
          code.add(instruction);
        }
      }
    }
  }

  /** An instruction that uses what the kernel has. */
  private Instruction ofKernel(
      ElfFunction function, ElfRelocation relocation, Instruction instruction) {
    ElfSymbol symbol = relocation.symbol();
    return switch (instruction) {
      case Call.Function _ when relocation.type() == ElfRelocation.CALL ->
          externs.call(symbol, function.place());
      case Constant.Wide(Register to, long _) when relocation.type() == ElfRelocation.ADDRESS ->
          externs.address(to, symbol, maps.configuration(), function.place());
      default -> throw misused(function, relocation);
    };
  }

  private ElfFault misused(ElfFunction function, ElfRelocation relocation) {
    return new ElfFault(
        function.place(),
        "expected a call or a constant of 64 bits where '%s' is used (relocation type %d)"
            .formatted(file.nameOf(relocation.symbol()), relocation.type()));
  }

  /** The function that an instruction calls, or whose address it takes; null if there is none. */
  private @Nullable ElfFunction target(ElfFunction function, int slot, Instruction instruction) {
    ElfRelocation relocation = function.relocations().get(slot);
    if (relocation == null) {
      return instruction instanceof Call.Function(int offset)
          ? functions.startingAt(
              function.section().index(),
              (long) function.slot() + slot + 1 + offset,
              function.place())
          : null;
    }
    ElfSymbol symbol = relocation.symbol();
    if (symbol.section() == ElfSymbol.UNDEFINED) {
      return null;
    }
    ElfSection section = file.section(symbol.section(), function.place());
    return switch (instruction) {
      case Call.Function(int offset) when relocation.type() == ElfRelocation.CALL ->
          functions.startingAt(
              section.index(), symbol.value() / Bytecode.SLOT_BYTES + offset + 1, function.place());
      case Constant.Wide(Register to, long value) when relocation.type() == ElfRelocation.ADDRESS ->
          section.isCode()
              ? functions.startingAt(
                  section.index(),
                  (symbol.value() + (int) value) / Bytecode.SLOT_BYTES,
                  function.place())
              : null;
      default -> throw misused(function, relocation);
    };
  }
}
