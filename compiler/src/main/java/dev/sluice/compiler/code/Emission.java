package dev.sluice.compiler.code;

import dev.sluice.bpf.Arithmetic;
import dev.sluice.bpf.ArithmeticOperator;
import dev.sluice.bpf.ByteSwap;
import dev.sluice.bpf.Code;
import dev.sluice.bpf.CodeBuilder;
import dev.sluice.bpf.Condition;
import dev.sluice.bpf.HelperFunction;
import dev.sluice.bpf.Immediate;
import dev.sluice.bpf.Label;
import dev.sluice.bpf.Operand;
import dev.sluice.bpf.Register;
import dev.sluice.bpf.Width;
import dev.sluice.compiler.ir.Graph;
import dev.sluice.compiler.ir.Position;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes the instructions of a program, and which lines they come from. */
public final class Emission {
  private static final ByteSwap SWAP =
      ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN
          ? ByteSwap.TO_BIG_ENDIAN
          : ByteSwap.REVERSE;

  private final CodeBuilder code = CodeBuilder.create();
  private final Map<Steps, Label> labels = new HashMap<>();
  private final StackUse stack = new StackUse();
  private final Map<String, Label> functions = new HashMap<>();
  private final List<Steps> order = new ArrayList<>();
  private @Nullable Position last;

  private Emission() {}

  /** Takes in the steps of a function that can be reached. */
  private void add(List<Steps> all, @Nullable Label function) {
    Set<Steps> needed = new HashSet<>();
    Steps first = through(all.getFirst());
    List<Steps> pending = new ArrayList<>(List.of(first));
    while (!pending.isEmpty()) {
      Steps steps = pending.removeLast();
      if (needed.add(steps)) {
        steps.exit().targets().forEach(target -> pending.add(through(target)));
      }
    }
    for (Steps steps : all) {
      if (needed.contains(steps)) {
        order.add(steps);
        labels.put(
            steps,
            function != null && steps == first ? function : code.newLabel("b" + labels.size()));
      }
    }
  }

  /**
   * Writes the instructions of a program.
   *
   * @param graphs its entry, and its functions
   * @param startField where the context tells of the packet's start
   * @param endField where it tells of its end
   */
  public static Emitted emit(List<Graph> graphs, int startField, int endField) {
    Emission emission = new Emission();
    List<Graph> called = called(graphs);
    for (Graph graph : called) {
      if (!graph.name().isEmpty()) {
        emission.functions.put(graph.name(), emission.code.newFunction(graph.name()));
      }
    }
    for (Graph graph : called) {
      Selection.Selected selected = Selection.select(graph, startField, endField);
      emission.stack.add(graph, Allocation.allocate(selected));
      Tidying.tidy(selected.steps(), selected.stack());
      emission.add(selected.steps(), emission.functions.get(graph.name()));
    }
    return new Emitted(emission.write(), emission.stack.fits());
  }

  /**
   * What was written.
   *
   * @param code the instructions
   * @param fits whether functions that call each other are few enough for the stack
   */
  public record Emitted(Code code, boolean fits) {}

  /** The entry, and the functions that are still called after all that was simplified. */
  private static List<Graph> called(List<Graph> graphs) {
    Set<String> names = new HashSet<>();
    List<Graph> pending = new ArrayList<>(List.of(graphs.getFirst()));
    while (!pending.isEmpty()) {
      Set<String> functions = pending.removeLast().functions();
      for (Graph graph : graphs) {
        if (functions.contains(graph.name()) && names.add(graph.name())) {
          pending.add(graph);
        }
      }
    }
    return graphs.stream()
        .filter(graph -> graph.name().isEmpty() || names.contains(graph.name()))
        .toList();
  }

  /** Where one gets to from steps that do nothing but go on. */
  private static Steps through(Steps steps) {
    Steps at = steps;
    int turns = 0;
    while (at.all().isEmpty() && at.exit() instanceof Exit.Goto(Steps target) && turns < 1000) {
      at = target;
      turns++;
    }
    return at;
  }

  private Label label(Steps steps) {
    Label label = labels.get(through(steps));
    if (label == null) {
      throw new IllegalStateException("steps " + steps.id() + " are not written");
    }
    return label;
  }

  private Label function(String name) {
    Label label = functions.get(name);
    if (label == null) {
      throw new IllegalStateException("function " + name + " is not written");
    }
    return label;
  }

  private Code write() {
    for (int i = 0; i < order.size(); i++) {
      Steps steps = order.get(i);
      @Nullable Steps next = i + 1 < order.size() ? order.get(i + 1) : null;
      code.bind(label(steps));
      steps.all().forEach(this::write);
      line(steps.position());
      exit(steps.exit(), next);
    }
    return code.build();
  }

  private void line(Position position) {
    if (!position.equals(last) && position.line() > 0) {
      code.line(position.file(), position.line(), 1, position.method());
      last = position;
    }
  }

  private void exit(Exit exit, @Nullable Steps next) {
    switch (exit) {
      case Exit.Return _ -> code.exit();
      case Exit.Goto(Steps target) -> jump(target, next);
      case Exit.Branch branch -> {
        boolean thenFollows = through(branch.then()) == next;
        Condition inverse = branch.condition().inverse().orElse(null);
        if (through(branch.then()) == through(branch.otherwise())) {
          jump(branch.then(), next);
        } else if (thenFollows && inverse != null) {
          branch(inverse, branch, branch.otherwise());
        } else {
          branch(branch.condition(), branch, branch.then());
          jump(branch.otherwise(), next);
        }
      }
    }
  }

  private void jump(Steps target, @Nullable Steps next) {
    if (through(target) != next) {
      code.jump(label(target));
    }
  }

  private void branch(Condition condition, Exit.Branch branch, Steps target) {
    Operand right =
        branch.right() < 0 ? new Immediate(branch.number()) : Register.of(branch.right());
    code.branch(branch.width(), condition, Register.of(branch.left()), right, label(target));
  }

  private void write(Step step) {
    line(step.position());
    switch (step) {
      case Step.Move move -> code.move(Register.of(move.to()), Register.of(move.from()));
      case Step.Set set -> set(set);
      case Step.MapAddress map -> {
        if (map.offset() < 0) {
          code.loadMap(Register.of(map.to()), map.map());
        } else {
          code.loadMapValue(Register.of(map.to()), map.map(), map.offset());
        }
      }
      case Step.Operate operate ->
          code.add(
              new Arithmetic.Binary(
                  operate.width(),
                  operate.operator(),
                  Register.of(operate.to()),
                  Register.of(operate.from())));
      case Step.OperateNumber operate ->
          code.add(
              new Arithmetic.Binary(
                  operate.width(),
                  operate.operator(),
                  Register.of(operate.to()),
                  new Immediate(operate.number())));
      case Step.Negate negate ->
          code.add(new Arithmetic.Negate(negate.width(), Register.of(negate.to())));
      case Step.Swap swap -> code.swapBytes(SWAP, swap.bits(), Register.of(swap.to()));
      case Step.Sign sign ->
          code.add(
              new Arithmetic.MoveSigned(
                  sign.width(), sign.bits(), Register.of(sign.to()), Register.of(sign.from())));
      case Step.Load load ->
          code.load(load.size(), Register.of(load.to()), Register.of(load.base()), load.offset());
      case Step.Store store ->
          code.store(
              store.size(), Register.of(store.base()), store.offset(), Register.of(store.from()));
      case Step.StoreNumber store ->
          code.store(store.size(), Register.of(store.base()), store.offset(), store.number());
      case Step.Atomic atomic ->
          code.atomic(
              atomic.operator(),
              atomic.size(),
              Register.of(atomic.base()),
              atomic.offset(),
              Register.of(atomic.from()));
      case Step.FunctionAddress address ->
          code.loadFunction(Register.of(address.to()), function(address.function()));
      case Step.Invoke call -> code.call(function(call.function()));
      case Step.Call call -> code.call(HelperFunction.find(call.helper()).orElseThrow());
    }
  }

  private void set(Step.Set set) {
    Register to = Register.of(set.to());
    if (set.width() == Width.W32) {
      code.operate32(ArithmeticOperator.MOV, to, (int) set.number());
    } else if (set.number() == (int) set.number()) {
      code.move(to, (int) set.number());
    } else {
      code.moveWide(to, set.number());
    }
  }
}
