package dev.sluice.bpf.requirement;

import dev.sluice.bpf.AttachType;
import dev.sluice.bpf.MapFlag;
import dev.sluice.bpf.MapSpec;
import dev.sluice.bpf.ObjectSpec;
import dev.sluice.bpf.Pinning;
import dev.sluice.bpf.ProgramSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Something that a kernel must have.
 *
 * @param since the first release that has it
 * @param what what it is, in words: {@code helper bpf_loop}
 */
public record Requirement(KernelRelease since, String what) {
  private static final Comparator<Requirement> NEWEST_FIRST =
      Comparator.comparing(Requirement::since).reversed().thenComparing(Requirement::what);

  /** What a program wants, without its maps; the newest first, each once. */
  public static List<Requirement> of(ProgramSpec program) {
    List<Requirement> found = new ArrayList<>();
    found.add(
        new Requirement(
            Introduction.of(program.type()), "program type " + program.type().kernelName()));
    AttachType attachType = program.expectedAttachType();
    Introduction.of(attachType)
        .ifPresent(
            since -> found.add(new Requirement(since, "attach type " + attachType.kernelName())));
    if (program.fragments()) {
      found.add(new Requirement(KernelRelease.of("5.18"), "XDP fragments")); // c2f2cdbeffda
    }
    found.addAll(InstructionRequirements.of(program.code()));
    return sorted(found);
  }

  /** What a map wants; the newest first, each once. */
  public static List<Requirement> of(MapSpec map) {
    List<Requirement> found = new ArrayList<>();
    found.add(new Requirement(Introduction.of(map.type()), "map type " + map.type().kernelName()));
    for (MapFlag flag : map.flags()) {
      found.add(new Requirement(Introduction.of(flag), "map flag " + flag.text()));
    }
    if (map.pinning() != Pinning.NONE) {
      found.add(new Requirement(KernelRelease.of("4.4"), "pinning")); // b2197755b263
    }
    MapSpec inner = map.innerMap();
    if (inner != null) {
      found.addAll(of(inner));
    }
    return sorted(found);
  }

  /** What a program and its maps want; the newest first, each once. */
  public static List<Requirement> of(ProgramSpec program, ObjectSpec object) {
    List<Requirement> found = new ArrayList<>(of(program));
    for (String name : program.mapNames()) {
      object.map(name).ifPresent(map -> found.addAll(of(map)));
    }
    return sorted(found);
  }

  private static List<Requirement> sorted(List<Requirement> found) {
    return found.stream().distinct().sorted(NEWEST_FIRST).toList();
  }
}
