package dev.sluice.conformance.kernel;

import dev.sluice.datapath.Handle;
import dev.sluice.datapath.tc.BpfFilter;
import dev.sluice.datapath.tc.BpfFilter.Classic.Instruction;
import dev.sluice.datapath.tc.Change;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random programs in classic BPF are asked about random packets, by the kernel and by the engine.
 * {@code -Dsluice.programs=NUMBER} says how many sets of programs for each seed.
 */
@Tag("datapath.differences")
class ClassicBpfDifferenceTest extends PacketDifference {
  private static final int SETS = Integer.getInteger("sluice.programs", 12);

  /** All but those that jump or return. */
  private static final int[] CODES = {
    0x00, 0x01, 0x20, 0x28, 0x30, 0x40, 0x48, 0x50, 0xb1, 0x80, 0x81, 0x60, 0x61, 0x02, 0x03, 0x04,
    0x0c, 0x14, 0x1c, 0x24, 0x2c, 0x34, 0x3c, 0x44, 0x4c, 0x54, 0x5c, 0x64, 0x6c, 0x74, 0x7c, 0x84,
    0x94, 0x9c, 0xa4, 0xac, 0x07, 0x87
  };

  private static final int[] JUMPS = {0x05, 0x15, 0x1d, 0x25, 0x2d, 0x35, 0x3d, 0x45, 0x4d};

  /** What the kernel knows of a packet that is the same for both. */
  private static final int[] ANCILLARY = {0, 8, 20, 28, 40, 44, 48, 60};

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void programsAnswerTheSame(long seed) {
    Random random = new Random(seed);
    Handle parent = parent(seed);
    for (int i = 0; i < SETS; i++) {
      compare(random, parent, "seed " + seed + ", set " + i, ClassicBpfDifferenceTest::filters);
    }
  }

  private static List<Change.OfFilter> filters(Filters given) {
    Random random = given.random();
    List<Change.OfFilter> changes = new ArrayList<>();
    for (int i = 1 + random.nextInt(6); i > 0; i--) {
      boolean directAction = random.nextInt(3) == 0;
      BpfFilter filter =
          new BpfFilter(
              new BpfFilter.Classic(program(random)),
              directAction,
              given.classId(),
              0,
              List.of(given.counting()));
      boolean first = random.nextBoolean();
      changes.add(given.add(first ? 1 : 2, first ? IPV4 : EVERY, 0, filter));
    }
    return changes;
  }

  private static List<Instruction> program(Random random) {
    int length = 2 + random.nextInt(14);
    List<Instruction> program = new ArrayList<>();
    // What is loaded from scratch memory must have been stored there.
    program.add(new Instruction(0x02, 0, 0, 3));
    program.add(new Instruction(0x28, 0, 0, random.nextInt(30)));
    program.add(new Instruction(0x02, 0, 0, 7));
    program.add(new Instruction(0x01, 0, 0, random.nextInt(30)));
    for (int at = 0; at < length; at++) {
      int behind = length - at;
      if (random.nextInt(4) == 0) {
        int code = JUMPS[random.nextInt(JUMPS.length)];
        int operand = code == 0x05 ? random.nextInt(behind) : operand(random);
        program.add(new Instruction(code, random.nextInt(behind), random.nextInt(behind), operand));
      } else {
        int code = CODES[random.nextInt(CODES.length)];
        program.add(new Instruction(code, 0, 0, operandOf(code, random)));
      }
    }
    int[] results = {0, -1, -1, 0x10001, 0x10003, 2, 7};
    program.add(
        random.nextBoolean()
            ? new Instruction(0x16, 0, 0, 0)
            : new Instruction(0x06, 0, 0, results[random.nextInt(results.length)]));
    return program;
  }

  private static int operandOf(int code, Random random) {
    return switch (code) {
      case 0x60, 0x61, 0x02, 0x03 -> random.nextBoolean() ? 3 : 7;
      case 0x64, 0x74 -> random.nextInt(32);
      case 0x34, 0x94 -> 1 + random.nextInt(9);
      case 0x20, 0x28, 0x30 ->
          switch (random.nextInt(5)) {
            case 0 -> -0x1000 + ANCILLARY[random.nextInt(ANCILLARY.length)];
            case 1 -> -0x100000 + random.nextInt(50) - (random.nextInt(4) == 0 ? 14 : 0);
            case 2 -> -0x200000 + random.nextInt(50);
            default -> random.nextInt(random.nextInt(5) == 0 ? 120 : 50);
          };
      case 0x40, 0x48, 0x50, 0xb1 -> random.nextInt(30);
      default -> operand(random);
    };
  }

  private static int operand(Random random) {
    return switch (random.nextInt(6)) {
      case 0 -> random.nextInt();
      case 1 -> IPV4;
      case 2 -> -1;
      default -> random.nextInt(6);
    };
  }
}
