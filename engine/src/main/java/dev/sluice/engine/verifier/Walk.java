package dev.sluice.engine.verifier;

import dev.sluice.bpf.Arithmetic;
import dev.sluice.bpf.Atomic;
import dev.sluice.bpf.AttachType;
import dev.sluice.bpf.Call;
import dev.sluice.bpf.Constant;
import dev.sluice.bpf.HelperFunction;
import dev.sluice.bpf.Immediate;
import dev.sluice.bpf.Instruction;
import dev.sluice.bpf.Jump;
import dev.sluice.bpf.MapReference;
import dev.sluice.bpf.MapType;
import dev.sluice.bpf.Memory;
import dev.sluice.bpf.Operand;
import dev.sluice.bpf.ProgramSpec;
import dev.sluice.bpf.ProgramType;
import dev.sluice.bpf.Register;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.Unsupported;
import dev.sluice.datapath.program.MapInfo;
import dev.sluice.engine.context.ContextLayout;
import dev.sluice.engine.map.EngineMap;
import dev.sluice.engine.map.MapOfMaps;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Goes every path through a program, as far as paths differ ({@code do_check} in {@code
 * kernel/bpf/verifier.c}).
 */
final class Walk {
  /** {@code BPF_COMPLEXITY_LIMIT_INSNS}. */
  private static final int MOST_INSTRUCTIONS = 1_000_000;

  /** {@code BPF_COMPLEXITY_LIMIT_JMP_SEQ}. */
  private static final int MOST_JUMPS = 8192;

  static final int MOST_FRAMES = 8;

  private final ProgramSpec spec;
  private final Map<String, EngineMap> maps;
  private final ProgramLayout layout;
  private final AccessCheck accesses;
  private final ArithmeticCheck arithmetic = new ArithmeticCheck(this);
  private final BranchCheck branches = new BranchCheck(this);
  private final CallCheck calls;
  private final Backtracking backtracking;
  private final VisitedStates visited;
  private final Deque<Branch> open = new ArrayDeque<>();
  private final BitSet reached = new BitSet();
  private int ids;
  private int processed;
  private PathState state = new PathState();

  private int jumps;

  /** Whether {@link #note} was called for the instruction that is looked at. */
  private boolean noted;

  /** A way that is still to be gone. */
  private record Branch(int slot, PathState state) {}

  Walk(ProgramSpec spec, Map<String, EngineMap> maps, ProgramLayout layout) {
    this.spec = spec;
    this.maps = maps;
    this.layout = layout;
    backtracking = new Backtracking(layout);
    visited = new VisitedStates(layout, backtracking);
    MemoryCheck memory = new MemoryCheck(this, ContextLayout.of(spec.type()), spec.type());
    accesses = new AccessCheck(this, spec.type(), memory);
    calls = new CallCheck(this, spec, memory);
  }

  int newId() {
    ids++;
    return ids;
  }

  /** Gives a number that is not known an id, so that what is learned of a copy is learned of it. */
  void identify(RegisterState number) {
    if (number.moved != 0) {
      number.unlink();
    }
    if (number.id == 0 && !number.scalar.isKnown()) {
      number.id = newId();
    }
  }

  PathState state() {
    return state;
  }

  int processed() {
    return processed;
  }

  /** The slots of instructions that some path came by. */
  BitSet reached() {
    return reached;
  }

  /** The instructions on the path that is being gone. */
  @Nullable Trail trail() {
    return state.trail;
  }

  /** Goes all paths. */
  void run() {
    // Also where no path comes by: addresses are resolved before (resolve_pseudo_ldimm64).
    for (Instruction instruction : spec.instructions()) {
      if (instruction instanceof Constant.MapValueAddress(var _, var reference, int offset)) {
        requireDirectValue(find(reference).shape(), offset);
      }
    }
    FrameState entry = new FrameState(0, 0, -1, false, 0);
    entry.registers[1] = RegisterState.pointer(RegisterState.Type.CONTEXT);
    state.frames.add(entry);
    int slot = 0;
    while (true) {
      slot = step(slot);
      if (slot >= 0) {
        continue;
      }
      endPath(state);
      Branch next = open.poll();
      if (next == null) {
        return;
      }
      slot = next.slot();
      state = next.state();
    }
  }

  /** A path is at its end: the states that it came from have one less to wait for. */
  private static void endPath(PathState ended) {
    PathState from = ended.parent;
    while (from != null) {
      from.branches--;
      if (from.branches > 0) {
        return;
      }
      from = from.parent;
    }
  }

  /** Leaves a way to be gone later. */
  void push(int slot, PathState other) {
    if (open.size() >= MOST_JUMPS) {
      throw new Rejection(
          Errno.EFAULT, "The sequence of %d jumps is too complex.".formatted(MOST_JUMPS + 1));
    }
    if (other.parent != null) {
      other.parent.branches++;
    }
    open.push(new Branch(slot, other));
  }

  /** A number is needed as it is ({@code mark_chain_precision}). */
  void needs(int number) {
    if (state.register(number).isScalar()) {
      backtracking.mark(state, number);
    }
  }

  /** So is what is spilled in a slot of a stack. */
  void needsSlot(int depth, int slot) {
    backtracking.markSlot(state, depth, slot);
  }

  /** Notes that the instruction spills to the stack or fills from it. */
  void noteStack(int depth, int slot) {
    note();
    Trail now = Objects.requireNonNull(state.trail);
    now.stackDepth = depth;
    now.stackSlot = slot;
  }

  /** Leaves the instruction to be looked at once more, from a state that may be changed. */
  PathState again() {
    Trail now = Objects.requireNonNull(state.trail);
    PathState copy = state.copy();
    copy.trail = now.before;
    push(now.slot, copy);
    return copy;
  }

  /** Checks an instruction; the slot of the next, or −1 at the end of a path. */
  private int step(int slot) {
    processed++;
    if (processed > MOST_INSTRUCTIONS) {
      throw new Rejection(
          Errno.E2BIG, "BPF program is too large. Processed %d insn".formatted(processed));
    }
    if (layout.isMeeting(slot) && visited.visit(state, slot, processed, jumps)) {
      return -1;
    }
    noted = false;
    if (layout.isLanding(slot)) {
      note();
    }
    reached.set(slot);
    state.trail = new Trail(slot, state.trail, state.frames.size() - 1);
    Instruction instruction = layout.at(slot);
    int next = slot + instruction.slots();
    if (instruction instanceof Jump || instruction instanceof Call) {
      jumps++;
    }
    switch (instruction) {
      case Arithmetic operation -> arithmetic.check(operation);
      case Memory access -> accesses.memory(access);
      case Atomic atomic -> accesses.atomic(atomic);
      case Constant constant -> constant(constant, slot);
      case Jump.Exit() -> {
        return exit();
      }
      case Jump.Goto _, Jump.GotoLong _ -> {
        return layout.target(slot);
      }
      case Jump.MayGoto _ -> {
        push(layout.target(slot), state.copy());
        return next;
      }
      case Jump.Branch branch -> {
        return branches.check(branch, next, layout.target(slot));
      }
      case Call call -> {
        return call(call, slot, next);
      }
    }
    return next;
  }

  /** Notes a jump or a use of the stack, once an instruction ({@code push_jmp_history}). */
  void note() {
    if (!noted) {
      noted = true;
      state.history++;
    }
  }

  RegisterState read(Register register) {
    RegisterState value = state.register(register.number());
    if (value.type == RegisterState.Type.NOT_INIT) {
      throw Rejection.access("R%d !read_ok", register.number());
    }
    return value;
  }

  RegisterState read(Operand operand) {
    return switch (operand) {
      case Register register -> read(register);
      case Immediate(int value) -> RegisterState.ofKnown(value);
    };
  }

  /** Writes to a register; R10 is never written to. */
  void set(Register register, RegisterState value) {
    requireWritable(register);
    state.set(register.number(), value);
  }

  static void requireWritable(Register register) {
    if (register == Register.R10) {
      throw Rejection.access("frame pointer is read only");
    }
  }

  private void constant(Constant constant, int slot) {
    RegisterState value =
        switch (constant) {
          case Constant.Wide(var _, long number) -> RegisterState.ofKnown(number);
          case Constant.MapAddress(var _, var reference) -> {
            EngineMap map = find(reference);
            RegisterState pointer = RegisterState.pointer(RegisterState.Type.MAP);
            pointer.map = map.shape();
            pointer.inner = map instanceof MapOfMaps outer ? outer.inner() : null;
            yield pointer;
          }
          case Constant.MapValueAddress(var _, var reference, int offset) -> {
            RegisterState pointer = RegisterState.pointer(RegisterState.Type.MAP_VALUE);
            pointer.map = find(reference).shape();
            pointer.offset = offset;
            yield pointer;
          }
          case Constant.FunctionAddress(var _, int offset) -> {
            RegisterState pointer = RegisterState.pointer(RegisterState.Type.FUNCTION);
            pointer.where = slot + 1 + offset;
            yield pointer;
          }
          case Constant.KernelVariable _ ->
              throw new Unsupported("a variable of the kernel", "there is no kernel here");
        };
    set(constant.destination(), value);
  }

  /** {@code array_map_direct_value_addr}. */
  private static void requireDirectValue(MapInfo map, int offset) {
    if (map.type() != MapType.ARRAY) {
      throw Rejection.invalid("no direct value access support for this map type");
    }
    if (map.maxEntries() != 1 || Integer.compareUnsigned(offset, map.valueSize()) >= 0) {
      throw Rejection.invalid(
          "invalid access to map value pointer, value_size=%d off=%d",
          map.valueSize(), Integer.toUnsignedLong(offset));
    }
  }

  private EngineMap find(MapReference reference) {
    EngineMap map = reference instanceof MapReference.Named(String name) ? maps.get(name) : null;
    if (map == null) {
      throw Rejection.invalid("fd is not pointing to valid bpf_map");
    }
    return map;
  }

  private int call(Call call, int slot, int next) {
    return switch (call) {
      case Call.Helper(int id) -> {
        RegisterState callback = calls.call(state, slot, id);
        yield callback == null ? next : callBack(id, callback, next);
      }
      case Call.Function(int offset) -> enter(slot + 1 + offset, next, false);
      case Call.Indirect _ -> throw Rejection.invalid("unknown opcode 8d");
      case Call.KernelFunction _ ->
          throw new Unsupported("a function of the kernel (kfunc)", "there is no kernel here");
    };
  }

  private int enter(int start, int next, boolean callback) {
    if (state.frames.size() == MOST_FRAMES) {
      throw new Rejection(
          Errno.E2BIG, "the call stack of %d frames is too deep".formatted(MOST_FRAMES + 1));
    }
    if (state.locked) {
      throw Rejection.invalid("function calls are not allowed while holding a lock");
    }
    FrameState caller = state.frame();
    FrameState callee = new FrameState(newId(), start, next, callback, state.frames.size());
    for (int number = 1; number <= 5; number++) {
      callee.registers[number] = caller.registers[number].copy();
    }
    CallCheck.clearScratch(state);
    state.frames.add(callee);
    return start;
  }

  /** A helper calls a function for each of many things, or for none. */
  private int callBack(int id, RegisterState function, int next) {
    if (id == HelperFunction.LOOP.id()) {
      needs(1);
    }
    RegisterState map = state.register(1).copy();
    RegisterState context = state.register(3).copy();
    PathState none = state.copy();
    CallCheck.clearScratch(none);
    none.set(0, RegisterState.unknown());
    push(next, none);
    int start = enter(function.where, next, true);
    RegisterState[] arguments = state.frame().registers;
    for (int number = 1; number <= 5; number++) {
      arguments[number] = new RegisterState();
    }
    if (id == HelperFunction.LOOP.id()) {
      arguments[1] = RegisterState.unknown();
      arguments[2] = context;
    } else {
      RegisterState key = RegisterState.pointer(RegisterState.Type.MAP_KEY);
      key.map = map.map;
      RegisterState value = RegisterState.pointer(RegisterState.Type.MAP_VALUE);
      value.map = map.map;
      arguments[1] = map;
      arguments[2] = key;
      arguments[3] = value;
      arguments[4] = context;
    }
    return start;
  }

  private int exit() {
    if (state.frames.size() == 1) {
      exitProgram(read(Register.R0));
      return -1;
    }
    RegisterState result = state.register(0);
    if (state.frame().callback) {
      needs(0);
    }
    FrameState ended = state.frames.removeLast();
    if (ended.callback) {
      boolean fits = result.isScalar() && result.scalar.smin >= 0 && result.scalar.smax <= 1;
      if (!fits) {
        throw Rejection.invalid(
            "At callback return the register R0 %s should have been in [0, 1]",
            result.isScalar() ? "has unknown scalar value" : "is not a known value");
      }
      state.set(0, RegisterState.unknown());
    } else {
      if (result.type == RegisterState.Type.STACK) {
        throw Rejection.invalid("cannot return stack pointer to the caller");
      }
      state.set(0, result);
    }
    return ended.returnTo;
  }

  private void exitProgram(RegisterState result) {
    if (state.locked) {
      throw Rejection.invalid(
          "BPF_EXIT instruction in main prog cannot be used inside bpf_spin_lock-ed region");
    }
    if (!state.references.isEmpty()) {
      Map.Entry<Integer, Integer> first = state.references.firstEntry();
      throw Rejection.invalid(
          "Unreleased reference id=%d alloc_insn=%d", first.getKey(), first.getValue());
    }
    if (spec.type() == ProgramType.CGROUP_SKB) {
      int most = spec.expectedAttachType() == AttachType.CGROUP_INET_EGRESS ? 3 : 1;
      needs(0);
      boolean fits = result.isScalar() && result.scalar.smin >= 0 && result.scalar.smax <= most;
      if (!fits) {
        throw Rejection.invalid(
            "At program exit the register R0 %s should have been in [0, %d]",
            result.isScalar() ? "has unknown scalar value" : "is not a known value", most);
      }
    }
  }
}
