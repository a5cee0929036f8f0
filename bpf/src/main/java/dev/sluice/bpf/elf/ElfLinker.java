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
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;

/**
 * Puts programs together: the function that is the entry, behind it all that it calls, as {@code
 * bpf_object__reloc_code} of libbpf does, with maps by name.
 */
final class ElfLinker {
  /** Most slots of all programs: functions are copied behind each program that calls them. */
  private static final int MAX_SLOTS = 4 * ProgramSpec.MAX_SLOTS;

  private static final long SLOT = Bytecode.SLOT_BYTES;

  private final ElfFile file;
  private final ElfFunctions functions;
  private final ElfMaps maps;
  private final BtfExtension extension;
  private int slots;

  ElfLinker(ElfFile file, ElfFunctions functions, ElfMaps maps, BtfExtension extension) {
    this.file = file;
    this.functions = functions;
    this.maps = maps;
    this.extension = extension;
  }

  /** The program with this entry. */
  Code link(ElfSymbol entry) {
    return new Program(functions.function(entry)).link();
  }

  /** One that is being put together. */
  private final class Program {
    private final CodeBuilder code = CodeBuilder.create();
    private final Map<ElfFunction, Label> labels = new HashMap<>();
    private final Queue<ElfFunction> waiting = new ArrayDeque<>();
    private final UniqueNames names =
        new UniqueNames(Identifier.MAX_LENGTH, c -> Identifier.isValid("_" + (char) c));
    private final String place;

    Program(ElfFunction entry) {
      place = "program " + entry.name();
      labels.put(entry, code.newLabel(names.give(entry.name())));
      waiting.add(entry);
    }

    Code link() {
      while (!waiting.isEmpty()) {
        ElfFunction function = waiting.remove();
        slots += function.slots();
        if (slots > MAX_SLOTS) {
          throw new ElfFault(place, "the programs up to it take more than " + MAX_SLOTS + " slots");
        }
        code.bind(label(function));
        int slot = 0;
        for (Instruction instruction : function.instructions()) {
          extension.requireSame(place, function, slot);
          extension
              .line(function, slot)
              .ifPresent(line -> code.line(line.file(), line.line(), line.column(), line.text()));
          add(function, slot, instruction);
          slot += instruction.slots();
        }
      }
      return code.build();
    }

    private Label label(ElfFunction function) {
      return labels.computeIfAbsent(
          function,
          key -> {
            waiting.add(key);
            String name = key.name();
            return code.newFunction(names.give(Identifier.isValid(name) ? name : "_" + name));
          });
    }

    private void add(ElfFunction function, int slot, Instruction instruction) {
      ElfRelocation relocation = function.relocations().get(slot);
      if (relocation == null) {
        if (instruction instanceof Call.Function(int offset)) {
          long target = (long) function.slot() + slot + 1 + offset;
          code.call(
              label(functions.startingAt(function.section().index(), target, place(function))));
        } else {
          code.add(instruction);
        }
        return;
      }
      ElfSymbol symbol = relocation.symbol();
      requireDefined(function, symbol);
      switch (instruction) {
        case Call.Function(int offset) when relocation.type() == ElfRelocation.CALL -> {
          long target = symbol.value() / SLOT + offset + 1;
          code.call(label(functions.startingAt(symbol.section(), target, place(function))));
        }
        case Constant.Wide(Register to, long value)
            when relocation.type() == ElfRelocation.ADDRESS ->
            address(function, to, symbol, (int) value);
        default ->
            throw new ElfFault(
                place(function),
                "expected a call or a constant of 64 bits where '%s' is used (relocation type %d)"
                    .formatted(file.nameOf(symbol), relocation.type()));
      }
    }

    private void requireDefined(ElfFunction function, ElfSymbol symbol) {
      if (symbol.section() == ElfSymbol.UNDEFINED) {
        throw new ElfFault(
            place(function),
            "expected '%s' in this file: functions and variables of the kernel and of other files"
                    .formatted(symbol.name())
                + " are not supported");
      }
    }

    private void address(ElfFunction function, Register to, ElfSymbol symbol, int addend) {
      ElfSection section = file.section(symbol.section(), place(function));
      long offset = symbol.value() + addend;
      if (section.isCode()) {
        code.loadFunction(
            to, label(functions.startingAt(section.index(), offset / SLOT, place(function))));
      } else {
        code.add(maps.address(to, section, offset, place(function)));
      }
    }

    private String place(ElfFunction function) {
      return "function " + function.name();
    }
  }
}
