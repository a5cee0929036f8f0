package dev.sluice.compiler.build;

import dev.sluice.compiler.ir.Position;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.Instruction;
import java.lang.classfile.Label;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.classfile.instruction.LineNumber;
import java.lang.classfile.instruction.LookupSwitchInstruction;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.classfile.instruction.TableSwitchInstruction;
import java.lang.classfile.instruction.ThrowInstruction;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** A method's instructions, cut into stretches that are entered at the top only. */
final class MethodCode {
  /**
   * Instructions that are done one after the other.
   *
   * @param index its place in the order: before those it leads to, but for ways back
   * @param first its first instruction
   * @param end behind its last
   * @param targets where it may go on, in the order that its last instruction names them; first
   *     what it falls through to
   */
  record Stretch(int index, int first, int end, List<Integer> targets) {}

  private final String className;

  /** How a compiler names the method that a lambda in a method became. */
  private static final Pattern LAMBDA = Pattern.compile("lambda\\$(.*)\\$\\d+");

  private final String name;
  private final String shownName;
  private final String file;
  private final boolean isStatic;
  private final MethodTypeDesc type;
  private final int maxLocals;
  private final List<Instruction> instructions = new ArrayList<>();
  private final List<Integer> lines = new ArrayList<>();
  private final Map<Label, Integer> places = new HashMap<>();
  private final Map<Integer, Stretch> stretches = new HashMap<>();
  private final List<Stretch> order = new ArrayList<>();
  private final Set<Integer> loops = new HashSet<>();

  MethodCode(ClassModel owner, MethodModel method) {
    className = owner.thisClass().asInternalName();
    name = method.methodName().stringValue();
    shownName = LAMBDA.matcher(name).replaceFirst("$1");
    type = method.methodTypeSymbol();
    isStatic = method.flags().has(AccessFlag.STATIC);
    file =
        owner
            .findAttribute(Attributes.sourceFile())
            .map(source -> source.sourceFile().stringValue())
            .orElse(simpleName(className) + ".class");
    CodeModel code = method.code().orElseThrow();
    maxLocals =
        method.findAttribute(Attributes.code()).map(attribute -> attribute.maxLocals()).orElse(0);
    read(code);
    cut();
  }

  static String simpleName(String className) {
    return className.substring(className.lastIndexOf('/') + 1);
  }

  String className() {
    return className;
  }

  String name() {
    return name;
  }

  boolean isStatic() {
    return isStatic;
  }

  MethodTypeDesc type() {
    return type;
  }

  int maxLocals() {
    return maxLocals;
  }

  /** In an order in which each comes before those it leads to, but for ways back. */
  List<Stretch> stretches() {
    return order;
  }

  /** Whether a way leads back to it. */
  boolean isLoop(Stretch stretch) {
    return loops.contains(stretch.first());
  }

  /** A loop's stretches, its head first: those that lead back to it without passing it. */
  List<Stretch> loop(Stretch head) {
    Set<Integer> inside = new HashSet<>(Set.of(head.first()));
    List<Stretch> pending = new ArrayList<>();
    for (Stretch from : order) {
      if (from.index() >= head.index() && from.targets().contains(head.first())) {
        pending.add(from);
      }
    }
    while (!pending.isEmpty()) {
      Stretch at = pending.removeLast();
      if (inside.add(at.first())) {
        for (Stretch from : order) {
          if (from.targets().contains(at.first())) {
            pending.add(from);
          }
        }
      }
    }
    return order.stream().filter(stretch -> inside.contains(stretch.first())).toList();
  }

  /**
   * What is written with each turn of a loop: its stretches, and those outside that are reached
   * from the middle of a turn only, as returns are.
   */
  List<Stretch> turn(Stretch head) {
    Set<Stretch> written = new HashSet<>(loop(head));
    for (Stretch stretch : order) {
      List<Stretch> before =
          order.stream().filter(from -> from.targets().contains(stretch.first())).toList();
      if (!before.isEmpty() && !before.contains(head) && written.containsAll(before)) {
        written.add(stretch);
      }
    }
    return order.stream().filter(written::contains).toList();
  }

  /** The innermost loop that an instruction is in. */
  Optional<Stretch> loopAround(int instruction) {
    return order.stream()
        .filter(this::isLoop)
        .filter(
            head ->
                loop(head).stream()
                    .anyMatch(
                        stretch -> stretch.first() <= instruction && instruction < stretch.end()))
        .reduce((_, inner) -> inner);
  }

  /** The stretch that begins at an instruction. */
  Stretch stretchAt(int instruction) {
    Stretch found = stretches.get(instruction);
    if (found == null) {
      throw new IllegalStateException("nothing begins at " + instruction + " of " + name);
    }
    return found;
  }

  Instruction instruction(int index) {
    return instructions.get(index);
  }

  /** The instruction that a label stands before. */
  int place(Label label) {
    return places.getOrDefault(label, instructions.size());
  }

  Position position(int instruction) {
    int line = instruction < lines.size() ? lines.get(instruction) : 0;
    return new Position(file, line, simpleName(className) + "." + shownName);
  }

  private void read(CodeModel code) {
    int line = 0;
    for (CodeElement element : code) {
      switch (element) {
        case LabelTarget target -> places.put(target.label(), instructions.size());
        case LineNumber number -> line = number.line();
        case Instruction instruction -> {
          instructions.add(instruction);
          lines.add(line);
        }
        default -> {
          // Frames, names of variables, handlers: what is thrown ends the program.
        }
      }
    }
  }

  private void cut() {
    TreeMap<Integer, Boolean> leaders = new TreeMap<>();
    leaders.put(0, true);
    for (int i = 0; i < instructions.size(); i++) {
      List<Integer> jumps = jumps(instructions.get(i));
      jumps.forEach(target -> leaders.put(target, true));
      if (!jumps.isEmpty() || !fallsThrough(instructions.get(i))) {
        leaders.put(i + 1, true);
      }
    }
    leaders.remove(instructions.size());
    Map<Integer, List<Integer>> targets = new HashMap<>();
    Map<Integer, Integer> ends = new HashMap<>();
    for (int first : leaders.keySet()) {
      Integer next = leaders.higherKey(first);
      int end = next == null ? instructions.size() : next;
      Instruction last = instructions.get(end - 1);
      List<Integer> all = new ArrayList<>();
      if (fallsThrough(last)) {
        all.add(end);
      }
      all.addAll(jumps(last));
      targets.put(first, all);
      ends.put(first, end);
    }
    List<Integer> sorted = sort(targets);
    for (int first : sorted) {
      Stretch stretch =
          new Stretch(
              order.size(),
              first,
              ends.getOrDefault(first, first),
              targets.getOrDefault(first, List.of()));
      stretches.put(first, stretch);
      order.add(stretch);
    }
    for (Stretch stretch : order) {
      for (int target : stretch.targets()) {
        if (stretchAt(target).index() <= stretch.index()) {
          loops.add(target);
        }
      }
    }
  }

  /** Reverse postorder, without recursion. */
  private static List<Integer> sort(Map<Integer, List<Integer>> targets) {
    List<Integer> done = new ArrayList<>();
    Map<Integer, Integer> next = new HashMap<>();
    List<Integer> path = new ArrayList<>(List.of(0));
    next.put(0, 0);
    while (!path.isEmpty()) {
      int at = path.getLast();
      List<Integer> all = targets.getOrDefault(at, List.of());
      int index = next.merge(at, 1, Integer::sum) - 1;
      if (index < all.size()) {
        int target = all.get(all.size() - 1 - index);
        if (next.putIfAbsent(target, 0) == null) {
          path.add(target);
        }
      } else {
        done.add(at);
        path.removeLast();
      }
    }
    Collections.reverse(done);
    return done;
  }

  private List<Integer> jumps(Instruction instruction) {
    return switch (instruction) {
      case BranchInstruction branch -> List.of(place(branch.target()));
      case LookupSwitchInstruction lookup -> targets(lookup.cases(), lookup.defaultTarget());
      case TableSwitchInstruction table -> targets(table.cases(), table.defaultTarget());
      default -> List.of();
    };
  }

  private List<Integer> targets(List<SwitchCase> cases, Label otherwise) {
    List<Integer> all = new ArrayList<>();
    all.add(place(otherwise));
    cases.forEach(one -> all.add(place(one.target())));
    return all;
  }

  private static boolean fallsThrough(Instruction instruction) {
    return switch (instruction) {
      case ReturnInstruction _,
          ThrowInstruction _,
          LookupSwitchInstruction _,
          TableSwitchInstruction _ ->
          false;
      case BranchInstruction branch ->
          branch.opcode() != Opcode.GOTO && branch.opcode() != Opcode.GOTO_W;
      default -> true;
    };
  }
}
