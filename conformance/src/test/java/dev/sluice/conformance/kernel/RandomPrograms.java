package dev.sluice.conformance.kernel;

import dev.sluice.bpf.Arithmetic;
import dev.sluice.bpf.ArithmeticOperator;
import dev.sluice.bpf.AtomicOperator;
import dev.sluice.bpf.ByteSwap;
import dev.sluice.bpf.CodeBuilder;
import dev.sluice.bpf.Condition;
import dev.sluice.bpf.HelperFunction;
import dev.sluice.bpf.Immediate;
import dev.sluice.bpf.Label;
import dev.sluice.bpf.MapSpec;
import dev.sluice.bpf.MapType;
import dev.sluice.bpf.Memory;
import dev.sluice.bpf.MemorySize;
import dev.sluice.bpf.Operand;
import dev.sluice.bpf.ProgramSpec;
import dev.sluice.bpf.ProgramType;
import dev.sluice.bpf.Register;
import dev.sluice.bpf.Width;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;

/**
 * Writes random programs that a verifier mostly takes. It knows which registers hold numbers, and
 * lets no address into a number, so that a run leaves the same behind wherever it happens. At the
 * end a program stores all its numbers in the map {@link #OUT}.
 */
final class RandomPrograms {
  static final String OUT = "out";

  /** What a program stores its numbers in. */
  static final MapSpec OUT_MAP = MapSpec.of(OUT, MapType.ARRAY, 4, 144, 1);

  static final int VALUE_BYTES = 32;

  /** Keys of maps are 0 to this. */
  static final int LAST_KEY = 7;

  /** Maps that programs look into; the first becomes full, and keys are not in the second. */
  static final List<MapSpec> MAPS =
      List.of(
          MapSpec.of("hash", MapType.HASH, 4, VALUE_BYTES, 5),
          MapSpec.of("array", MapType.ARRAY, 4, VALUE_BYTES, 6),
          MapSpec.of("lru", MapType.LRU_HASH, 4, VALUE_BYTES, 1024));

  /** Bytes of the stack that hold numbers from the start. */
  private static final int NUMBERS = 64;

  private static final int KEY = -72;
  private static final int VALUE = -104;
  private static final int SPILL = -112;

  /** What r7 to r9 begin with, and what constants often are. */
  private static final int[] EDGES = {
    0, 1, -1, 2, 7, 31, 63, 0xff, 0xffff, 0x7fffffff, 0x80000000, -2, 0x10000
  };

  private static final int[] SKB_FIELDS = {
    0, 4, 8, 12, 16, 20, 24, 28, 32, 36, 40, 44, 48, 52, 56, 60, 64, 72, 164, 176
  };
  private static final int[] SKB_WRITABLE = {8, 12, 32, 44, 48, 52, 56, 60, 64, 72};

  /** What {@code cgroup_skb} programs may write. */
  private static final int[] CGROUP_WRITABLE = {8, 32, 48, 52, 56, 60, 64};

  private static final Condition[] CONDITIONS = Condition.values();
  private static final MemorySize[] SIZES = MemorySize.values();

  private final Random random;
  private final ProgramType type;
  private final CodeBuilder code = CodeBuilder.create();
  private final List<Label> functions = new ArrayList<>();
  private EnumSet<Register> numbers = EnumSet.noneOf(Register.class);

  /** Registers that pieces must leave alone: counters of loops. */
  private final EnumSet<Register> held = EnumSet.noneOf(Register.class);

  private final boolean loops;
  private boolean hasContext = true;
  private int budget;
  private int labels;

  private RandomPrograms(Random random, ProgramType type, boolean loops) {
    this.random = random;
    this.loops = loops;
    this.type = type;
  }

  /** The program that follows from these dice. */
  static ProgramSpec next(Random random) {
    ProgramType type = random.nextInt(5) == 0 ? ProgramType.XDP : ProgramType.SCHED_CLS;
    return new RandomPrograms(random, type, true).write();
  }

  /** A program of one of these types in which nothing is done again. */
  static ProgramSpec nextWithoutLoops(Random random, List<ProgramType> types) {
    ProgramType type = types.get(random.nextInt(types.size()));
    return new RandomPrograms(random, type, false).write();
  }

  private ProgramSpec write() {
    budget = 4 + random.nextInt(26);
    code.move(Register.R6, Register.R1);
    beginFunction();
    pieces(0);
    end();
    // A function may call later ones, which this adds to the list.
    for (int i = 0; i < functions.size(); i++) {
      function(functions.get(i));
    }
    return ProgramSpec.of("random", type, "GPL", code.build());
  }

  private void beginFunction() {
    for (int at = -NUMBERS; at < 0; at += 8) {
      if (random.nextInt(4) == 0 && !numbers.isEmpty()) {
        code.store(MemorySize.DOUBLE, Register.R10, at, number());
      } else {
        code.store(MemorySize.DOUBLE, Register.R10, at, constant());
      }
    }
    for (Register register : List.of(Register.R7, Register.R8, Register.R9)) {
      code.moveWide(register, random.nextInt(3) == 0 ? random.nextLong() : constant());
      numbers.add(register);
    }
  }

  /** Stores what is known, and returns a number. */
  private void end() {
    code.loadMapValue(Register.R6, OUT, 0);
    for (Register register : numbers) {
      code.store(MemorySize.DOUBLE, Register.R6, 8 * register.number(), register);
    }
    code.move(Register.R0, number());
    for (int at = 0; at < NUMBERS; at += 8) {
      code.load(MemorySize.DOUBLE, Register.R1, Register.R10, at - NUMBERS)
          .store(MemorySize.DOUBLE, Register.R6, 80 + at, Register.R1);
    }
    if (type == ProgramType.CGROUP_SKB) {
      code.operate(ArithmeticOperator.AND, Register.R0, 1);
    }
    code.exit();
  }

  private void function(Label name) {
    code.bind(name);
    numbers = EnumSet.of(Register.R1, Register.R2, Register.R3);
    hasContext = false;
    budget = 2 + random.nextInt(6);
    code.move(Register.R6, Register.R1);
    beginFunction();
    pieces(1);
    code.move(Register.R0, number()).exit();
  }

  private void pieces(int depth) {
    int count = depth == 0 ? budget : 1 + random.nextInt(5);
    for (int i = 0; i < count && budget > 0; i++) {
      budget--;
      piece(depth);
    }
  }

  private void piece(int depth) {
    switch (random.nextInt(26)) {
      case 0, 1, 2, 3, 4 -> arithmetic();
      case 5 -> rareArithmetic();
      case 6, 7 -> stack();
      case 8 -> stackAtomic();
      case 9, 10 -> packet();
      case 11, 12 -> contextField();
      case 13, 14 -> lookUp();
      case 15 -> changeMap();
      case 16 -> helper();
      case 17 -> packetLoad();
      case 18, 19, 20 -> {
        if (depth < 3) {
          branch(depth);
        }
      }
      case 21 -> {
        if (loops && depth < 2) {
          loop(depth);
        }
      }
      case 22 -> call();
      case 23 -> spilledContext();
      case 24 -> {
        if (depth > 0 && random.nextInt(3) == 0) {
          leave();
        }
      }
      default -> numbers();
    }
  }

  /** Ends the program where it is, but for a label behind the jump over it. */
  private void leave() {
    Label on = label();
    code.branch(width(), condition(), number(), operand(), on);
    code.move(Register.R0, number()).exit().bind(on);
  }

  private Label label() {
    labels++;
    return code.newLabel("at" + labels);
  }

  private int constant() {
    return switch (random.nextInt(4)) {
      case 0 -> random.nextInt();
      case 1 -> random.nextInt(256) - 128;
      default -> EDGES[random.nextInt(EDGES.length)];
    };
  }

  private Register number() {
    List<Register> all = List.copyOf(numbers);
    return all.get(random.nextInt(all.size()));
  }

  /** A register to write to. */
  private Register target() {
    while (true) {
      Register register = Register.of(random.nextInt(10));
      if (!held.contains(register) && register != Register.R6) {
        return register;
      }
    }
  }

  /** A register with a number that may be changed; there is always r0 to make one in. */
  private Register changing() {
    for (int i = 0; i < 4; i++) {
      Register register = number();
      if (!held.contains(register)) {
        return register;
      }
    }
    code.moveWide(Register.R0, constant());
    numbers.add(Register.R0);
    return Register.R0;
  }

  private Operand operand() {
    return random.nextBoolean() ? number() : new Immediate(constant());
  }

  private Width width() {
    return random.nextBoolean() ? Width.W64 : Width.W32;
  }

  private Condition condition() {
    return CONDITIONS[random.nextInt(CONDITIONS.length)];
  }

  private MemorySize size() {
    return SIZES[random.nextInt(SIZES.length)];
  }

  private void clobber() {
    numbers.removeAll(EnumSet.range(Register.R1, Register.R5));
    numbers.add(Register.R0);
  }

  private void numbers() {
    Register register = target();
    switch (random.nextInt(3)) {
      case 0 -> code.moveWide(register, random.nextLong());
      case 1 -> code.moveWide(register, constant());
      default -> code.move(register, number());
    }
    numbers.add(register);
  }

  private void arithmetic() {
    int count = 1 + random.nextInt(4);
    for (int i = 0; i < count; i++) {
      ArithmeticOperator[] all = ArithmeticOperator.values();
      ArithmeticOperator operator = all[random.nextInt(all.length)];
      Width width = width();
      Register register = changing();
      Operand operand =
          random.nextBoolean() ? number() : new Immediate(constantFor(operator, width));
      code.add(new Arithmetic.Binary(width, operator, register, operand));
    }
  }

  private int constantFor(ArithmeticOperator operator, Width width) {
    return switch (operator) {
      case LSH, RSH, ARSH -> random.nextInt(width.bits());
      case DIV, MOD, SIGNED_DIV, SIGNED_MOD -> {
        int divisor = constant();
        yield divisor == 0 ? 3 : divisor;
      }
      default -> constant();
    };
  }

  private void rareArithmetic() {
    Register register = changing();
    switch (random.nextInt(3)) {
      case 0 -> code.add(new Arithmetic.Negate(width(), register));
      case 1 ->
          code.swapBytes(ByteSwap.values()[random.nextInt(3)], 16 << random.nextInt(3), register);
      default -> {
        Width width = width();
        int bits = 8 << random.nextInt(width == Width.W64 ? 3 : 2);
        code.add(new Arithmetic.MoveSigned(width, bits, register, number()));
      }
    }
  }

  private int stackOffset(MemorySize size) {
    return -NUMBERS + size.bytes() * random.nextInt(NUMBERS / size.bytes());
  }

  private void stack() {
    MemorySize size = size();
    if (random.nextBoolean()) {
      code.store(size, Register.R10, stackOffset(size), operand());
    }
    MemorySize read = random.nextBoolean() ? size : size();
    load(read, target(), Register.R10, stackOffset(read));
  }

  /** A load of a number, of which the sign may be extended. */
  private void load(MemorySize size, Register register, Register base, int offset) {
    boolean signed = size != MemorySize.DOUBLE && random.nextInt(4) == 0;
    code.add(new Memory.Load(size, signed, register, base, offset));
    numbers.add(register);
  }

  private void stackAtomic() {
    MemorySize size = random.nextBoolean() ? MemorySize.WORD : MemorySize.DOUBLE;
    atomic(size, Register.R10, stackOffset(size));
  }

  private void atomic(MemorySize size, Register base, int offset) {
    AtomicOperator[] all = AtomicOperator.values();
    AtomicOperator operator = all[random.nextInt(all.length)];
    if (operator == AtomicOperator.COMPARE_EXCHANGE) {
      if (base == Register.R0 || held.contains(Register.R0)) {
        return;
      }
      code.moveWide(Register.R0, constant());
      numbers.add(Register.R0);
    }
    Register source = operator.fetches() ? changing(base) : number();
    code.atomic(operator, size, base, offset, source);
  }

  /** A number in another register than this. */
  private Register changing(Register but) {
    Register register = changing();
    if (register == but) {
      register = but == Register.R7 ? Register.R8 : Register.R7;
      if (held.contains(register)) {
        register = but == Register.R9 ? Register.R8 : Register.R9;
      }
      code.moveWide(register, constant());
      numbers.add(register);
    }
    return register;
  }

  /** Reads and writes behind a check of the packet's end. */
  private void packet() {
    if (!hasContext) {
      return;
    }
    int data = type == ProgramType.XDP ? 0 : 76;
    Label outside = label();
    EnumSet<Register> before = EnumSet.copyOf(numbers);
    Register start = Register.R2;
    int reach = 1 + random.nextInt(90);
    code.load(MemorySize.WORD, start, Register.R6, data)
        .load(MemorySize.WORD, Register.R3, Register.R6, data + 4);
    if (random.nextInt(3) == 0) {
      Register step = changing(start);
      if (step != Register.R3) {
        code.operate(ArithmeticOperator.AND, step, 1 + random.nextInt(63))
            .operate(ArithmeticOperator.ADD, start, step);
      }
    }
    code.move(Register.R4, start).operate(ArithmeticOperator.ADD, Register.R4, reach);
    switch (random.nextInt(4)) {
      case 0 -> code.branch(Condition.LESS, Register.R3, Register.R4, outside);
      case 1 -> {
        Label inside = label();
        code.branch(Condition.LESS_OR_EQUAL, Register.R4, Register.R3, inside)
            .jump(outside)
            .bind(inside);
      }
      default -> code.branch(Condition.GREATER, Register.R4, Register.R3, outside);
    }
    numbers.removeAll(EnumSet.of(start, Register.R3, Register.R4));
    int count = 1 + random.nextInt(4);
    for (int i = 0; i < count; i++) {
      MemorySize size = size();
      if (size.bytes() > reach) {
        continue;
      }
      int at = random.nextInt(reach - size.bytes() + 1);
      if (random.nextInt(3) == 0 && !numbers.isEmpty() && type != ProgramType.CGROUP_SKB) {
        code.store(size, start, at, operand());
      } else {
        load(size, random.nextBoolean() ? Register.R5 : changing(), start, at);
      }
    }
    if (loops && random.nextInt(3) == 0) {
      sweep(start, reach);
    }
    join(before, outside, start, Register.R3, Register.R4);
  }

  /** Reads or writes one number after the other; leaves the register behind the last. */
  private void sweep(Register start, int reach) {
    MemorySize size = size();
    int rounds = reach / size.bytes();
    Register counter = target();
    if (rounds == 0 || counter.number() < 7 || held.contains(Register.R0)) {
      return;
    }
    boolean up = random.nextBoolean();
    boolean writes = random.nextInt(3) == 0;
    Width width = width();
    Label again = label();
    Register sum = Register.R0;
    code.move(Register.R5, constant())
        .move(sum, constant())
        .move(counter, up ? 0 : rounds)
        .bind(again);
    if (writes) {
      code.store(size, start, 0, sum);
    } else {
      code.load(size, Register.R5, start, 0);
    }
    code.operate(ArithmeticOperator.ADD, sum, Register.R5)
        .operate(ArithmeticOperator.ADD, start, size.bytes())
        .add(
            new Arithmetic.Binary(
                width, ArithmeticOperator.ADD, counter, new Immediate(up ? 1 : -1)));
    code.branch(
        width(),
        up ? Condition.LESS : Condition.NOT_EQUAL,
        counter,
        new Immediate(up ? rounds : 0),
        again);
    numbers.addAll(EnumSet.of(sum, Register.R5, counter));
  }

  /** Where two ways meet: numbers are what are numbers on both, and addresses become numbers. */
  private void join(EnumSet<Register> other, Label label, Register... addresses) {
    code.bind(label);
    numbers.retainAll(other);
    for (Register register : addresses) {
      if (random.nextBoolean()) {
        code.moveWide(register, constant());
        numbers.add(register);
      } else {
        numbers.remove(register);
      }
    }
  }

  private void contextField() {
    contextField(Register.R6);
  }

  private void contextField(Register base) {
    if (!hasContext) {
      return;
    }
    if (type == ProgramType.XDP) {
      load(MemorySize.WORD, base, random.nextBoolean() ? 12 : 16);
    } else if (random.nextInt(3) == 0) {
      int[] writable = type == ProgramType.CGROUP_SKB ? CGROUP_WRITABLE : SKB_WRITABLE;
      int offset = writable[random.nextInt(writable.length)];
      code.store(MemorySize.WORD, base, offset, operand());
    } else if (random.nextInt(8) == 0) {
      load(MemorySize.DOUBLE, base, 152);
    } else {
      MemorySize size = SIZES[random.nextInt(6) % 3];
      int within = random.nextInt(4 / size.bytes()) * size.bytes();
      load(size, base, SKB_FIELDS[random.nextInt(SKB_FIELDS.length)] + within);
    }
  }

  private void load(MemorySize size, Register base, int offset) {
    Register register = target();
    code.load(size, register, base, offset);
    numbers.add(register);
  }

  private void spilledContext() {
    if (!hasContext) {
      return;
    }
    code.store(MemorySize.DOUBLE, Register.R10, SPILL, Register.R6)
        .load(MemorySize.DOUBLE, Register.R1, Register.R10, SPILL);
    numbers.remove(Register.R1);
    contextField(Register.R1);
    numbers.remove(Register.R1);
    code.moveWide(Register.R1, constant());
    numbers.add(Register.R1);
  }

  /** Puts a key on the stack, and the arguments for a map's helper in r1 and r2. */
  private void key() {
    MapSpec map = MAPS.get(random.nextInt(MAPS.size()));
    if (random.nextBoolean()) {
      code.store(MemorySize.WORD, Register.R10, KEY, random.nextInt(LAST_KEY + 1));
    } else {
      Register key = changing();
      code.operate(ArithmeticOperator.AND, key, LAST_KEY);
      code.store(MemorySize.WORD, Register.R10, KEY, key);
    }
    code.loadMap(Register.R1, map.name())
        .move(Register.R2, Register.R10)
        .operate(ArithmeticOperator.ADD, Register.R2, KEY);
    numbers.removeAll(EnumSet.of(Register.R1, Register.R2));
  }

  private void lookUp() {
    key();
    Label missing = label();
    code.call(HelperFunction.MAP_LOOKUP_ELEM);
    clobber();
    numbers.remove(Register.R0);
    EnumSet<Register> before = EnumSet.copyOf(numbers);
    code.branch(Condition.EQUAL, Register.R0, 0, missing);
    int count = 1 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      MemorySize size = size();
      int at = random.nextInt(VALUE_BYTES / size.bytes()) * size.bytes();
      switch (random.nextInt(4)) {
        case 0 -> code.store(size, Register.R0, at, operand());
        case 1 -> {
          MemorySize whole = size == MemorySize.DOUBLE ? size : MemorySize.WORD;
          atomic(whole, Register.R0, at & -whole.bytes());
        }
        case 2 -> {
          Register step = changing(Register.R0);
          code.operate(ArithmeticOperator.AND, step, VALUE_BYTES / 2 - 1)
              .move(Register.R1, Register.R0)
              .operate(ArithmeticOperator.ADD, Register.R1, step);
          numbers.remove(Register.R1);
          load(size, Register.R2, Register.R1, random.nextInt(8));
        }
        default -> load(size, Register.R3, Register.R0, at);
      }
    }
    join(before, missing, Register.R0, Register.R1);
  }

  private void changeMap() {
    key();
    if (random.nextInt(3) == 0) {
      code.call(HelperFunction.MAP_DELETE_ELEM);
    } else {
      for (int at = VALUE; at < VALUE + VALUE_BYTES; at += 8) {
        code.store(MemorySize.DOUBLE, Register.R10, at, constant());
      }
      code.move(Register.R3, Register.R10)
          .operate(ArithmeticOperator.ADD, Register.R3, VALUE)
          .move(Register.R4, random.nextInt(4));
      code.call(HelperFunction.MAP_UPDATE_ELEM);
    }
    clobber();
  }

  private void helper() {
    int words = 1 + random.nextInt(8);
    int at = -NUMBERS + 4 * random.nextInt(16 - words + 1);
    if (random.nextInt(3) == 0) {
      code.move(Register.R5, number())
          .moveWide(Register.R1, 0)
          .move(Register.R2, 0)
          .move(Register.R3, Register.R10)
          .operate(ArithmeticOperator.ADD, Register.R3, at)
          .move(Register.R4, 4 * words)
          .call(HelperFunction.CSUM_DIFF);
      clobber();
      return;
    }
    if (!hasContext || type == ProgramType.XDP) {
      return;
    }
    boolean store = random.nextBoolean() && type != ProgramType.CGROUP_SKB;
    code.move(Register.R1, Register.R6)
        .move(Register.R2, random.nextInt(100))
        .move(Register.R3, Register.R10)
        .operate(ArithmeticOperator.ADD, Register.R3, at)
        .move(Register.R4, 4 * words);
    if (store) {
      code.move(Register.R5, 0);
    }
    code.call(store ? HelperFunction.SKB_STORE_BYTES : HelperFunction.SKB_LOAD_BYTES);
    clobber();
  }

  private void packetLoad() {
    boolean may = type != ProgramType.XDP && type != ProgramType.CGROUP_SKB;
    if (!hasContext || !may || held.contains(Register.R0)) {
      return;
    }
    MemorySize size = SIZES[random.nextInt(3)];
    int offset = random.nextInt(8) == 0 ? -0x100000 + random.nextInt(20) : random.nextInt(60);
    if (random.nextBoolean()) {
      code.add(new Memory.LoadAbsolute(size, offset));
    } else {
      Register index = changing();
      code.operate(ArithmeticOperator.AND, index, 31);
      code.add(new Memory.LoadIndirect(size, index, offset));
    }
    clobber();
  }

  private void branch(int depth) {
    Label other = label();
    code.branch(width(), condition(), number(), operand(), other);
    EnumSet<Register> before = EnumSet.copyOf(numbers);
    pieces(depth + 1);
    if (random.nextBoolean()) {
      code.bind(other);
      numbers.retainAll(before);
      return;
    }
    Label end = label();
    code.jump(end).bind(other);
    EnumSet<Register> after = numbers;
    numbers = before;
    pieces(depth + 1);
    code.bind(end);
    numbers.retainAll(after);
  }

  private void loop(int depth) {
    Register counter = Register.of(7 + random.nextInt(3));
    if (!held.isEmpty()) {
      return;
    }
    int rounds = 1 + random.nextInt(6);
    boolean up = random.nextBoolean();
    code.move(counter, up ? 0 : rounds);
    numbers.add(counter);
    held.add(counter);
    // Every round begins with what all rounds have.
    numbers.retainAll(EnumSet.of(Register.R7, Register.R8, Register.R9));
    Label again = label();
    code.bind(again);
    pieces(depth + 1);
    held.remove(counter);
    code.operate(ArithmeticOperator.ADD, counter, up ? 1 : -1);
    if (up) {
      code.branch(Condition.LESS, counter, rounds, again);
    } else {
      code.branch(Condition.NOT_EQUAL, counter, 0, again);
    }
  }

  private void call() {
    if (functions.size() >= 3 && random.nextBoolean() || functions.size() > 5) {
      return;
    }
    for (Register register : List.of(Register.R1, Register.R2, Register.R3)) {
      if (!numbers.contains(register)) {
        code.move(register, number());
        numbers.add(register);
      }
    }
    Label name = code.newFunction("function" + functions.size());
    functions.add(name);
    code.call(name);
    clobber();
  }
}
