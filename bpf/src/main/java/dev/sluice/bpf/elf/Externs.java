package dev.sluice.bpf.elf;

import dev.sluice.bpf.Call;
import dev.sluice.bpf.Constant;
import dev.sluice.bpf.Instruction;
import dev.sluice.bpf.MapContents;
import dev.sluice.bpf.MapFlag;
import dev.sluice.bpf.MapSpec;
import dev.sluice.bpf.MapType;
import dev.sluice.bpf.Pinning;
import dev.sluice.bpf.Register;
import dev.sluice.bpf.TypeDescription;
import dev.sluice.bpf.btf.Btf;
import dev.sluice.bpf.btf.BtfType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What a file names and the kernel has: its configuration ({@code __kconfig}), and its functions
 * and variables ({@code __ksym}), as {@code bpf_object__resolve_externs} of libbpf finds them.
 */
final class Externs {
  /** The section of types, and the end of the map's name. */
  static final String CONFIGURATION = ".kconfig";

  /** The section of the types of symbols. */
  static final String SYMBOLS = ".ksyms";

  /** The option that is the version. */
  static final String VERSION = "LINUX_KERNEL_VERSION";

  /** Stands for a function that the kernel has not, in a call that must not be reached. */
  private static final int MISSING_FUNCTION = 2_002_000_000;

  /**
   * Most bytes of all that is asked for of the configuration: texts have up to 4096, and a variable
   * costs a file 36.
   */
  private static final int MAX_BYTES = 1 << 18;

  private final KernelFacts facts;
  private final Map<String, BtfType> symbols = new HashMap<>();

  /** Variables of which only the address is known. */
  private final Set<String> untyped = new HashSet<>();

  private final Map<String, Integer> offsets = new HashMap<>();
  private final List<TypeDescription.Field> fields = new ArrayList<>();
  private byte[] contents = {};

  Externs(ElfFile file, Optional<Btf> btf, KernelFacts facts) {
    this.facts = facts;
    if (btf.isEmpty()) {
      return;
    }
    Btf types = btf.get();
    for (BtfType type : types.section(SYMBOLS)) {
      symbols.put(type.name(), type);
      if (isUntyped(types, type)) {
        untyped.add(type.name());
      }
    }
    Map<String, BtfType.Variable> options = new HashMap<>();
    for (BtfType.Variable variable : types.variables(CONFIGURATION)) {
      options.put(variable.name(), variable);
    }
    for (ElfSymbol symbol : file.symbols()) {
      BtfType.Variable option = options.get(symbol.name());
      if (symbol.section() == ElfSymbol.UNDEFINED
          && option != null
          && !offsets.containsKey(symbol.name())) {
        add(types, option, symbol.isWeak());
      }
    }
  }

  private void add(Btf types, BtfType.Variable variable, boolean weak) {
    KernelOption option = KernelOption.of(types, variable.name(), variable.typeId());
    int align = Integer.highestOneBit(Math.min(option.size(), Long.BYTES));
    int offset = (contents.length + align - 1) / align * align;
    if (offset + option.size() > MAX_BYTES) {
      throw new ElfFault(
          KernelOption.place(option.name()),
          "the variables of the configuration have more than %d bytes".formatted(MAX_BYTES));
    }
    byte[] value = value(option, weak);
    byte[] longer = Arrays.copyOf(contents, offset + option.size());
    System.arraycopy(value, 0, longer, offset, value.length);
    contents = longer;
    offsets.put(option.name(), offset);
    types
        .describe(variable.typeId())
        .filter(type -> type.size() == option.size())
        .ifPresent(type -> fields.add(new TypeDescription.Field(option.name(), type, offset)));
  }

  private byte[] value(KernelOption option, boolean weak) {
    Optional<String> found =
        option.name().equals(VERSION)
            ? facts.version().map(String::valueOf)
            : facts.configuration(option.name());
    if (found.isEmpty() && !weak) {
      throw new ElfFault(
          KernelOption.place(option.name()),
          "%s does not say: a program can do without it if it is __weak".formatted(facts.name()));
    }
    return found.map(option::bytes).orElseGet(() -> new byte[option.size()]);
  }

  /** Whether of a symbol nothing is known but its address. */
  static boolean isUntyped(Btf types, BtfType symbol) {
    return symbol instanceof BtfType.Variable variable && types.plain(variable.typeId()) == 0;
  }

  /** Whether anything of the configuration is asked for. */
  boolean hasConfiguration() {
    return !offsets.isEmpty();
  }

  /** The map that holds what of the configuration is asked for. */
  MapSpec configuration(String name) {
    boolean whole = fields.size() == offsets.size();
    return new MapSpec(
        name,
        MapType.ARRAY,
        Integer.BYTES,
        contents.length,
        1,
        Set.of(MapFlag.RDONLY_PROG),
        whole ? TypeDescription.U32 : null,
        whole ? new TypeDescription.Struct("kconfig", fields, contents.length) : null,
        null,
        Pinning.NONE,
        MapContents.copyOf(contents),
        Map.of());
  }

  /**
   * The instruction that loads the address, or for the configuration the place, of something.
   *
   * @param map the name of the map of the configuration
   * @param place what uses it
   */
  Constant address(Register to, ElfSymbol symbol, String map, String place) {
    Integer offset = offsets.get(symbol.name());
    if (offset != null) {
      return Constant.MapValueAddress.of(to, map, offset);
    }
    BtfType wanted = wanted(symbol, place);
    if (untyped.contains(symbol.name())) {
      OptionalLong address = facts.address(symbol.name());
      if (address.isPresent()) {
        return new Constant.Wide(to, address.getAsLong());
      }
    } else {
      OptionalInt id = idOf(wanted);
      if (id.isPresent()) {
        return new Constant.KernelVariable(to, id.getAsInt(), 0);
      }
    }
    requireWeak(symbol, place);
    return new Constant.Wide(to, 0);
  }

  /** The call of a function of the kernel. */
  Instruction call(ElfSymbol symbol, String place) {
    OptionalInt id = idOf(wanted(symbol, place));
    if (id.isPresent()) {
      return new Call.KernelFunction(id.getAsInt(), 0);
    }
    requireWeak(symbol, place);
    return new Call.Helper(MISSING_FUNCTION);
  }

  private BtfType wanted(ElfSymbol symbol, String place) {
    BtfType wanted = symbols.get(symbol.name());
    if (wanted == null) {
      throw new ElfFault(
          place,
          ("expected '%s' in this file, or declared as __ksym or __kconfig: functions and variables"
                  + " of other files are not supported")
              .formatted(symbol.name()));
    }
    return wanted;
  }

  private OptionalInt idOf(BtfType wanted) {
    return facts.types().map(types -> types.numberOf(wanted)).orElse(OptionalInt.empty());
  }

  private void requireWeak(ElfSymbol symbol, String place) {
    if (!symbol.isWeak()) {
      throw new ElfFault(
          place,
          "%s has no '%s': a program can do without it if it is __weak"
              .formatted(facts.name(), symbol.name()));
    }
  }
}
