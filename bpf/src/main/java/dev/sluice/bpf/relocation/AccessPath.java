package dev.sluice.bpf.relocation;

import dev.sluice.bpf.btf.BtfType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The way to a part of a type ({@code struct bpf_core_spec}, {@code bpf_core_parse_spec}).
 *
 * @param graph the types
 * @param rootId the type it starts at
 * @param steps from the root on; members without a name are no steps of their own
 * @param bitOffset where the part begins
 */
record AccessPath(TypeGraph graph, int rootId, List<Step> steps, long bitOffset) {
  /** Most steps ({@code BPF_CORE_SPEC_MAX_LEN}). */
  private static final int MAX_STEPS = 64;

  /**
   * A step.
   *
   * @param typeId of a named member the struct that it is in; else the element that is reached
   * @param index which member, element or enumerator
   * @param name the name of the member or enumerator; null for an element of an array
   */
  record Step(int typeId, long index, @Nullable String name) {}

  AccessPath {
    steps = List.copyOf(steps);
  }

  /** The step at the end. */
  Step last() {
    return steps.getLast();
  }

  /** The way that a relocation notes. */
  static AccessPath of(Relocation relocation) {
    TypeGraph graph = new TypeGraph(relocation.types());
    List<Long> indices = parse(relocation.access());
    int id = relocation.typeId();
    RelocationKind kind = relocation.kind();
    if (kind.isAboutType()) {
      require(indices.equals(List.of(0L)), relocation, "expected 0 for a type");
      require(graph.type(id) != null, relocation, "there is no type " + id);
      return new AccessPath(graph, id, List.of(), 0);
    }
    return kind.isAboutEnumerator()
        ? toEnumerator(graph, relocation, indices)
        : toField(graph, relocation, indices);
  }

  private static void require(boolean condition, Relocation relocation, String expected) {
    if (!condition) {
      throw new RelocationException(
          "access '%s' of type %d: %s"
              .formatted(relocation.access(), relocation.typeId(), expected));
    }
  }

  private static List<Long> parse(String access) {
    List<Long> indices = new ArrayList<>();
    for (String part : access.split(":", -1)) {
      try {
        long index = Long.parseLong(part);
        if (index < 0 || index > Integer.MAX_VALUE || indices.size() == MAX_STEPS) {
          throw new NumberFormatException();
        }
        indices.add(index);
      } catch (NumberFormatException _) {
        throw new RelocationException(
            "access '" + access + "': expected up to 64 numbers with : between");
      }
    }
    return indices;
  }

  private static AccessPath toEnumerator(
      TypeGraph graph, Relocation relocation, List<Long> indices) {
    require(
        indices.size() == 1
            && graph.plainType(relocation.typeId()) instanceof BtfType.Enumeration values
            && indices.getFirst() < values.values().size(),
        relocation,
        "expected an enumerator of an enum");
    int id = graph.plain(relocation.typeId());
    BtfType.Enumeration values = (BtfType.Enumeration) graph.plainType(id);
    int index = indices.getFirst().intValue();
    String name = values == null ? "" : values.values().get(index).name();
    return new AccessPath(graph, relocation.typeId(), List.of(new Step(id, index, name)), 0);
  }

  private static AccessPath toField(TypeGraph graph, Relocation relocation, List<Long> indices) {
    List<Step> steps = new ArrayList<>();
    int id = graph.plain(relocation.typeId());
    long bits = Math.multiplyExact(Math.multiplyExact(indices.getFirst(), graph.size(id)), 8);
    steps.add(new Step(id, indices.getFirst(), null));
    for (long index : indices.subList(1, indices.size())) {
      switch (graph.plainType(id)) {
        case BtfType.Composite struct -> {
          require(
              index < struct.members().size(),
              relocation,
              "'%s' has %d members".formatted(struct.name(), struct.members().size()));
          BtfType.Member member = struct.members().get((int) index);
          bits = Math.addExact(bits, member.bitOffset());
          if (!member.name().isEmpty()) {
            steps.add(new Step(id, index, member.name()));
          }
          id = graph.plain(member.typeId());
        }
        case BtfType.Array array -> {
          require(
              index < array.count() || isFlexible(graph, steps, array),
              relocation,
              "the array has " + array.count() + " elements");
          id = graph.plain(array.elementId());
          steps.add(new Step(id, index, null));
          bits =
              Math.addExact(bits, Math.multiplyExact(Math.multiplyExact(index, graph.size(id)), 8));
        }
        case null, default ->
            throw new RelocationException(
                "access '%s' of type %d: expected a struct, a union or an array on the way"
                    .formatted(relocation.access(), relocation.typeId()));
      }
    }
    return new AccessPath(graph, relocation.typeId(), steps, bits);
  }

  /** Whether an array is the last member of its struct, and so as long as one likes. */
  static boolean isFlexible(TypeGraph graph, List<Step> before, BtfType.Array array) {
    Step parent = before.getLast();
    return array.count() == 0
        && parent.name() != null
        && graph.plainType(parent.typeId()) instanceof BtfType.Composite struct
        && parent.index() == struct.members().size() - 1;
  }

  /** In words: {@code field 'iphdr.ttl'}. */
  String describe() {
    BtfType root = graph.type(rootId);
    String name = root == null || root.name().isEmpty() ? "type " + rootId : root.name();
    if (steps.isEmpty()) {
      return "type '" + name + "'";
    }
    StringBuilder text = new StringBuilder(name);
    boolean enumerator = graph.plainType(rootId) instanceof BtfType.Enumeration;
    for (int i = 0; i < steps.size(); i++) {
      Step step = steps.get(i);
      if (step.name() != null) {
        text.append(enumerator ? "::" : ".").append(step.name());
      } else if (i > 0 || step.index() > 0) {
        text.append('[').append(step.index()).append(']');
      }
    }
    return (enumerator ? "enumerator '" : steps.size() == 1 ? "type '" : "field '") + text + "'";
  }
}
