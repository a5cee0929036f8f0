package dev.sluice.bpf.relocation;

import dev.sluice.bpf.btf.Btf;
import dev.sluice.bpf.btf.BtfType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** The types, functions and variables of a kernel, found by their names. */
public final class KernelTypes {
  private final TypeGraph graph;
  private final Btf types;
  private final Map<String, List<Integer>> byName = new HashMap<>();

  /** Those of a kernel, as in {@code /sys/kernel/btf/vmlinux}. */
  public KernelTypes(Btf types) {
    this.types = types;
    graph = new TypeGraph(types);
    int id = 0;
    for (BtfType type : types.types()) {
      id++;
      if (!type.name().isEmpty()) {
        byName.computeIfAbsent(EssentialName.of(type.name()), _ -> new ArrayList<>(1)).add(id);
      }
    }
  }

  /** A kernel without types. */
  public static KernelTypes none() {
    return new KernelTypes(Btf.empty());
  }

  TypeGraph graph() {
    return graph;
  }

  /** The numbers of what has a name, whatever the flavour. */
  List<Integer> named(String essentialName) {
    return byName.getOrDefault(essentialName, List.of());
  }

  /** The number of the function, or variable, that an object file declares. */
  public OptionalInt numberOf(BtfType declared) {
    return named(EssentialName.of(declared.name())).stream()
        .mapToInt(id -> id)
        .filter(
            id ->
                types
                    .type(id)
                    .filter(declared.getClass()::isInstance)
                    .filter(type -> type.name().equals(declared.name()))
                    .isPresent())
        .findFirst();
  }
}
