package dev.sluice.compiler.code;

import dev.sluice.compiler.ir.Graph;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What functions that call each other take of the stack together, as the verifier counts it ({@code
 * check_max_stack_depth} in kernel/bpf/verifier.c).
 */
final class StackUse {
  private static final int STACK_BYTES = 512;
  private static final int MOST_FRAMES = 8;

  /** What is taken is rounded up to that where there is no JIT compiler. */
  private static final int ROUNDED_TO = 32;

  private final Map<String, Graph> graphs = new HashMap<>();
  private final Map<String, Integer> bytes = new HashMap<>();

  /** Takes note of a function. */
  void add(Graph graph, int stack) {
    graphs.put(graph.name(), graph);
    int taken = Math.max(1, stack);
    bytes.put(graph.name(), (taken + ROUNDED_TO - 1) / ROUNDED_TO * ROUNDED_TO);
  }

  /** Whether all ways through the program fit. */
  boolean fits() {
    return bytes("") <= STACK_BYTES && frames("") <= MOST_FRAMES;
  }

  /** What a function takes with those that it calls. */
  private int bytes(String function) {
    return bytes.getOrDefault(function, 0)
        + called(function).stream().mapToInt(this::bytes).max().orElse(0);
  }

  private int frames(String function) {
    return 1 + called(function).stream().mapToInt(this::frames).max().orElse(0);
  }

  private List<String> called(String function) {
    Graph graph = graphs.get(function);
    return graph == null ? List.of() : List.copyOf(graph.functions());
  }
}
