package dev.sluice.bpf;

import java.util.Optional;

/** Calls. Arguments are in R1 to R5, which are lost; the result is in R0. */
public sealed interface Call extends Instruction {
  /**
   * {@code call bpf_map_lookup_elem}.
   *
   * @param id any number: those that {@link HelperFunction} lacks are for the verifier to refuse
   */
  record Helper(int id) implements Call {
    /** A call of this helper. */
    public static Helper of(HelperFunction function) {
      return new Helper(function.id());
    }

    /** The helper, or empty if there is none with this id. */
    public Optional<HelperFunction> function() {
      return HelperFunction.find(id);
    }
  }

  /**
   * {@code call label}: a function of the same program.
   *
   * @param offset slots from the next instruction to the function, any 32-bit number
   */
  record Function(int offset) implements Call {}

  /**
   * {@code call kfunc 1234}: a function the kernel or a module exports to programs.
   *
   * @param btfId type id of the function
   * @param btfIndex position of the module's BTF in {@code fd_array}, -32768 to 32767; 0 for the
   *     kernel itself
   */
  record KernelFunction(int btfId, int btfIndex) implements Call {
    /**
     * @throws IllegalArgumentException if the index is out of range
     */
    public KernelFunction {
      Offset.check16("BTF index", btfIndex);
    }
  }

  /**
   * {@code callx r1}: the function whose address is in a register. Compilers make it, the kernel's
   * verifier refuses it.
   */
  record Indirect(Register target) implements Call {}
}
