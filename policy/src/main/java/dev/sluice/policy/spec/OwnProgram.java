package dev.sluice.policy.spec;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A program of the user's own. */
@Doc(
    "A program of your own at a device's TCX chain. Say one of `file` and `pin`. Sluice's own"
        + " program is called `sluice` in `before` and `after`.")
public record OwnProgram(
    @Doc("What reports call it.") String name,
    @Doc(
            "A class, source, object or assembler file (`.class`, `.java`, `.jar`, `.o`,"
                + " `.bpfasm`). Relative to the policy's file.")
        @Nullable String file,
    @Doc("A pinned program, such as `/sys/fs/bpf/mine`.") @Nullable String pin,
    @Doc("Which program, where a file holds several.") @Nullable String program,
    @Doc("Constants of a program in Java, with their values.") Map<String, Long> constants,
    @Doc("Devices: a name, or a pattern with `*` and `?`. This or `workload`.")
        @Nullable String device,
    @Doc("Workloads. This or `device`.") @Nullable Target workload,
    @Doc("Which packets.") Way way,
    @Doc("Names or patterns of programs that it must run before, of whomever.") List<String> before,
    @Doc("Names or patterns of programs that it must run after, of whomever.") List<String> after,
    @Doc(value = "What to do if that order cannot be had.", otherwise = "fail")
        @Nullable IfImpossible ifImpossible) {
  /** Copies the collections. */
  public OwnProgram {
    constants = Map.copyOf(constants);
    before = List.copyOf(before);
    after = List.copyOf(after);
  }

  /** What to do if the wanted order cannot be had. */
  @Doc("What to do if the wanted order cannot be had.")
  public enum IfImpossible {
    /** Change nothing, and say which conditions clash. */
    FAIL,
    /** Leave this program out, and say so. */
    SKIP,
    /** Put it last, and say so. */
    LAST
  }
}
