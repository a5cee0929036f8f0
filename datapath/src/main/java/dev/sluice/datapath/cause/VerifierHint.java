package dev.sluice.datapath.cause;

import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What usually mends a program that the verifier refused, by the words of its log. */
public final class VerifierHint {
  private record Hint(Pattern words, String advice) {}

  /** The first that is found in the log counts, so the more telling stand first. */
  private static final List<Hint> HINTS =
      List.of(
          hint(
              "cannot call GPL-restricted function",
              "the helper is for GPL-compatible programs: declare the licence \"GPL\" or"
                  + " \"Dual MIT/GPL\""),
          hint(
              "cannot use helper|unknown func|invalid func",
              "programs of this type may not call this helper, or this kernel does not have it"),
          hint(
              "invalid access to packet",
              "compare the packet pointer plus the bytes you touch with data_end first, and touch"
                  + " them through the register that you compared"),
          hint(
              "map_value_or_null|mem_or_null|sock_or_null",
              "the helper may have returned nothing: compare its result with 0 and branch before"
                  + " using it"),
          hint(
              "R0 !read_ok",
              "R0 has no value on this path: set it before exit, and remember that the program's"
                  + " verdict is R0"),
          hint(
              "R[1-5] !read_ok",
              "the register has no value on this path: calls clear R1 to R5, so keep what you need"
                  + " in R6 to R9 or on the stack"),
          hint("!read_ok", "the register has no value on this path: set it first"),
          hint(
              "infinite loop detected|back-edge",
              "give the loop a counter that is compared with a constant, so that the verifier sees"
                  + " it end, or use bpf_loop"),
          hint(
              "program is too large|jumps is too complex",
              "there are too many paths to look at: bound loops by a small constant, use bpf_loop,"
                  + " or hide learned constants behind an xor"),
          hint(
              "combined stack size|stack depth.*exceeded|[Ss]tack frames",
              "functions in a call chain share 512 bytes of stack and 8 frames: move data into a"
                  + " per-CPU array map"),
          hint(
              "invalid indirect read from stack|invalid read from stack|uninitialized stack",
              "the stack bytes were not written before: fill the whole key or value, padding"
                  + " included"),
          hint(
              "invalid write to stack|invalid stack|variable.*stack",
              "the stack is the 512 bytes below R10: offsets −512 to −1, of constant value"),
          hint(
              "invalid access to map value|unbounded memory access|min value is negative"
                  + "|outside of the allowed memory range|max value is outside",
              "bound the offset before it is added: mask it or compare it with a constant on the"
                  + " same register"),
          hint(
              "invalid mem access '(scalar|inv)'",
              "the register holds a number, not an address: pointers become numbers when they are"
                  + " computed with or kept in 32 bits"),
          hint(
              "cannot pass map_type",
              "the helper does not take this kind of map: see which kinds it is for"),
          hint(
              "invalid bpf_context access|dereference of modified ctx",
              "programs of this type may not read or write this part of their context, or not with"
                  + " this size"),
          hint(
              "At program exit the register R0",
              "the verdict is outside of what programs of this type may return"),
          hint(
              "pointer arithmetic|prohibited|math between",
              "pointers only take additions of bounded numbers; check for null before adding"),
          hint(
              "expected=",
              "the argument is not what the helper takes in this register: see what it expects"),
          hint("unreachable insn", "no path leads to this instruction: remove it or jump to it"),
          hint(
              "jump out of range|last insn is not an exit|no_exit|not an exit",
              "every path must end in exit inside the program"),
          hint(
              "Unreleased reference",
              "what a helper acquired must be released on every path before exit"),
          hint("leaks addr", "a pointer would become readable as a number: store a value instead"));

  /** The same for programs in Java: whoever writes those never sees a register. */
  private static final List<Hint> OF_JAVA =
      List.of(
          hint(
              "cannot call GPL-restricted function",
              "the call is for GPL-compatible programs: @BpfProgram(license = \"GPL\")"),
          hint(
              "cannot use helper|unknown func|invalid func",
              "programs of this type may not do this, or this kernel cannot"),
          hint(
              "invalid bpf_context access",
              "programs of this type may not use this field of the context"),
          hint(
              "infinite loop detected|back-edge",
              "count the loop's turns up to a constant, or make it a Loop: of that, the verifier"
                  + " looks at one turn"),
          hint(
              "program is too large|jumps is too complex",
              "the verifier goes through each turn of a loop that counts, and each way through it"
                  + " apart: use fewer turns, or a Loop, of which it looks at one turn"),
          hint(
              "combined stack size|stack depth.*exceeded|[Ss]tack frames",
              "records that are keys, values, events and states of loops lie on the stack, 512"
                  + " bytes for all methods that call each other: make them smaller"),
          hint(
              "At program exit the register R0",
              "return one of the verdicts of this program type: bound what is returned, or return"
                  + " a constant"),
          hint(
              "invalid access to|invalid mem access|!read_ok|pointer arithmetic|math between"
                  + "|invalid indirect read|unreachable insn",
              "Sluice should not have written this: please report it, with the log that -v"
                  + " prints"));

  private VerifierHint() {}

  private static Hint hint(String words, String advice) {
    return new Hint(Pattern.compile(words), advice);
  }

  /**
   * The advice for lines of the log that say why, null if they are none of the common.
   *
   * @param file the program's source, null where not known
   */
  public static @Nullable String of(String reason, @Nullable String file) {
    boolean java = file != null && file.endsWith(".java");
    for (Hint hint : java ? OF_JAVA : HINTS) {
      if (hint.words().matcher(reason).find()) {
        return hint.advice();
      }
    }
    return null;
  }
}
