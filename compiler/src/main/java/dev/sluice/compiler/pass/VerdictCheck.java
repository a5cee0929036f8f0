package dev.sluice.compiler.pass;

import dev.sluice.compiler.CompilationException;
import dev.sluice.compiler.ir.Block;
import dev.sluice.compiler.ir.End;
import dev.sluice.compiler.ir.Graph;
import dev.sluice.compiler.ir.Node;
import dev.sluice.compiler.ir.Op;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongPredicate;

/** Refuses constants that programs of a kind must not return. */
public final class VerdictCheck {
  private VerdictCheck() {}

  /**
   * Checks what a graph returns.
   *
   * @param mayReturn what the kind's verdicts are
   * @throws CompilationException if it may be a constant that is none of them
   */
  public static void run(Graph graph, LongPredicate mayReturn) {
    if (!graph.name().isEmpty()) {
      return; // a function's result is no verdict
    }
    for (Block block : graph.blocks()) {
      if (block.end() instanceof End.Return(Node value)) {
        for (long verdict : constants(value)) {
          if (!mayReturn.test(verdict)) {
            throw new CompilationException(
                block.endPosition(),
                "it returns " + verdict,
                "return CgroupSkb.DROP or CgroupSkb.ALLOW, also as the otherwise of @BpfProgram");
          }
        }
      }
    }
  }

  /** The constants among what a value may be. */
  private static Set<Long> constants(Node value) {
    Set<Long> constants = new HashSet<>();
    Set<Node> seen = new HashSet<>();
    List<Node> pending = new ArrayList<>(List.of(value));
    while (!pending.isEmpty()) {
      Node node = pending.removeLast();
      if (node.isConstant()) {
        constants.add(node.number());
      } else if (node.op() == Op.PHI && seen.add(node)) {
        pending.addAll(node.inputs());
      }
    }
    return constants;
  }
}
