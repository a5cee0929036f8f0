package dev.sluice.bpf;

/**
 * Constants of 64 bits ({@code BPF_LD | BPF_IMM | BPF_DW}), known at load time. Each takes two
 * slots; a jump into the second is refused by the verifier.
 */
public sealed interface Constant extends Instruction {
  /** The register that is written. */
  Register destination();

  @Override
  default int slots() {
    return 2;
  }

  /** {@code r1 = 0x123456789 ll}. */
  record Wide(Register destination, long value) implements Constant {}

  /** {@code r1 = map[name]}: the map itself, as helpers want it. */
  record MapAddress(Register destination, MapReference map) implements Constant {
    /** The map with this name. */
    public static MapAddress of(Register destination, String name) {
      return new MapAddress(destination, new MapReference.Named(name));
    }
  }

  /**
   * {@code r1 = map_value[name] + 8}: a place in the first value of an array map.
   *
   * @param offset bytes from the start of the value; must lie within it, which the verifier checks
   */
  record MapValueAddress(Register destination, MapReference map, int offset) implements Constant {
    /** A place in the first value of the map with this name. */
    public static MapValueAddress of(Register destination, String name, int offset) {
      return new MapValueAddress(destination, new MapReference.Named(name), offset);
    }
  }

  /**
   * {@code r1 = kernel_variable[1234]}: the address of a variable of the kernel or of a module
   * ({@code BPF_PSEUDO_BTF_ID}).
   *
   * @param btfId type id of the variable
   * @param btfFd file descriptor of the module's BTF, or 0 for the kernel itself
   */
  record KernelVariable(Register destination, int btfId, int btfFd) implements Constant {}

  /**
   * {@code r1 = function[name]}: the address of a function of this program, to pass as a callback
   * ({@code BPF_PSEUDO_FUNC}).
   *
   * @param offset slots from the <em>second</em> slot of this instruction to the function, since
   *     the kernel adds 1 to the first as it does for calls ({@code add_subprog} in
   *     kernel/bpf/verifier.c)
   */
  record FunctionAddress(Register destination, int offset) implements Constant {}
}
