package dev.sluice.datapath.tc;

import dev.sluice.datapath.Handle;
import dev.sluice.datapath.program.Program;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Matches with a program ({@code net/sched/cls_bpf.c}).
 *
 * @param source the program
 * @param directAction whether the program's result is the verdict; otherwise 0 is no match, −1 a
 *     match with {@code classId}, anything else the class
 * @param classId the class of a packet that matches; null for none
 * @param flags {@code Filter.SKIP_*} and {@code Filter.*IN_HARDWARE}
 * @param actions what is done with a packet that matches
 */
public record BpfFilter(
    Source source, boolean directAction, @Nullable Handle classId, int flags, List<Action> actions)
    implements Filter {
  /** Copies the actions. */
  public BpfFilter {
    actions = List.copyOf(actions);
  }

  /** A program whose result is the verdict. */
  public static BpfFilter directAction(Program program, String name) {
    return new BpfFilter(new Attached(program, name), true, null, 0, List.of());
  }

  @Override
  public String kind() {
    return "bpf";
  }

  /** Where the program comes from. */
  public sealed interface Source permits Classic, Attached, Installed {}

  /**
   * A program in classic BPF, carried in the filter itself.
   *
   * @param instructions 1 to 4096 instructions
   */
  public record Classic(List<Instruction> instructions) implements Source {
    /** Copies the instructions and checks their number. */
    public Classic {
      instructions = List.copyOf(instructions);
      if (instructions.isEmpty() || instructions.size() > 4096) {
        throw new IllegalArgumentException(
            "classic BPF has 1 to 4096 instructions: " + instructions.size());
      }
    }

    /**
     * One classic instruction ({@code struct sock_filter}).
     *
     * @param code operation, 0 to 65535
     * @param jumpTrue instructions to skip if true, 0 to 255
     * @param jumpFalse instructions to skip if false, 0 to 255
     * @param operand the operand
     */
    public record Instruction(int code, int jumpTrue, int jumpFalse, int operand) {}
  }

  /**
   * A loaded program to put into a filter.
   *
   * @param program the program, which must be open while the filter is made
   * @param name what listings call it, as {@code file.o:[section]}
   */
  public record Attached(Program program, String name) implements Source {}

  /**
   * A program that a filter holds, as listed.
   *
   * @param id its number in the kernel, 0 where not told
   * @param tag the 8 bytes of its tag in hexadecimal, empty where not told
   * @param name what the filter calls it, empty where not told
   */
  public record Installed(int id, String tag, String name) implements Source {}
}
