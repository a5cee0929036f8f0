package dev.sluice.bpf;

import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;
import java.util.function.ToIntFunction;

/**
 * A program before it is loaded anywhere. It knows nothing of this machine: maps are named, and a
 * datapath turns the names into its own maps.
 *
 * @param name 1 to 15 characters of A-Z, a-z, 0-9, '_' and '.'
 * @param type what it is for
 * @param expectedAttachType {@link AttachType#UNSPECIFIED} unless the type needs one
 * @param license as {@code license_is_gpl_compatible} in include/linux/license.h reads it; several
 *     helpers want a GPL-compatible one
 * @param code 1 to 1,000,000 slots
 * @param fragments whether an XDP program copes with packets that lie in several pieces ({@code
 *     BPF_F_XDP_HAS_FRAGS}); without, drivers do not take it where packets may be longer than a
 *     page
 */
public record ProgramSpec(
    String name,
    ProgramType type,
    AttachType expectedAttachType,
    String license,
    Code code,
    boolean fragments) {
  /** Most slots that the kernel takes ({@code BPF_COMPLEXITY_LIMIT_INSNS}). */
  public static final int MAX_SLOTS = 1_000_000;

  /** Longest license in characters ({@code bpf_prog_load} in kernel/bpf/syscall.c). */
  public static final int MAX_LICENSE_LENGTH = 127;

  /** The license of a file that names none: no helper that wants GPL will do. */
  public static final String NO_LICENSE = "Proprietary";

  /** What {@code license_is_gpl_compatible} in include/linux/license.h takes, word for word. */
  private static final Set<String> GPL_COMPATIBLE =
      Set.of(
          "GPL",
          "GPL v2",
          "GPL and additional rights",
          "Dual BSD/GPL",
          "Dual MIT/GPL",
          "Dual MPL/GPL");

  /**
   * @throws IllegalArgumentException if the name, license or size is not what the kernel takes
   */
  public ProgramSpec {
    ObjectName.check("program", name);
    if (type == ProgramType.UNSPECIFIED) {
      throw new IllegalArgumentException("program '" + name + "' has no type");
    }
    if (license.length() > MAX_LICENSE_LENGTH
        || license.chars().anyMatch(c -> c < ' ' || c > '~')) {
      throw new IllegalArgumentException(
          "license '%s' of program '%s' must have at most %d printable ASCII characters"
              .formatted(license, name, MAX_LICENSE_LENGTH));
    }
    int slots = code.slots();
    if (slots < 1 || slots > MAX_SLOTS) {
      throw new IllegalArgumentException(
          "program '%s' takes %d slots: it must take 1 to %d".formatted(name, slots, MAX_SLOTS));
    }
  }

  /** A program that expects packets in one piece. */
  public ProgramSpec(
      String name, ProgramType type, AttachType expectedAttachType, String license, Code code) {
    this(name, type, expectedAttachType, license, code, false);
  }

  /** A program without an expected attach type. */
  public static ProgramSpec of(String name, ProgramType type, String license, Code code) {
    return new ProgramSpec(name, type, AttachType.UNSPECIFIED, license, code);
  }

  /** The same program with another name. */
  public ProgramSpec withName(String newName) {
    return new ProgramSpec(newName, type, expectedAttachType, license, code, fragments);
  }

  /** The same program with another expected attach type. */
  public ProgramSpec withExpectedAttachType(AttachType newType) {
    return new ProgramSpec(name, type, newType, license, code, fragments);
  }

  /** The same program with other instructions. */
  public ProgramSpec withCode(Code newCode) {
    return new ProgramSpec(name, type, expectedAttachType, license, newCode, fragments);
  }

  /** The same program of another type, which copes with fragments only if it is XDP, too. */
  public ProgramSpec withType(ProgramType newType) {
    boolean copes = fragments && newType == ProgramType.XDP;
    return new ProgramSpec(name, newType, expectedAttachType, license, code, copes);
  }

  /** The same program, which copes with packets in several pieces. */
  public ProgramSpec withFragments() {
    return new ProgramSpec(name, type, expectedAttachType, license, code, true);
  }

  /** Whether its license lets it call helpers that are for GPL programs only. */
  public boolean isGplCompatible() {
    return GPL_COMPATIBLE.contains(license);
  }

  /** The instructions, the entry function first. */
  public List<Instruction> instructions() {
    return code.instructions();
  }

  /** The functions other than the entry, in the order of their slots. */
  public List<Subprogram> functions() {
    return code.functions();
  }

  /** The names of the maps it refers to, in the order of their first use. */
  public SequencedSet<String> mapNames() {
    return code.mapNames();
  }

  /** Where the instruction at this slot comes from; empty if unknown. */
  public Optional<SourceLine> sourceLine(int slot) {
    return code.sourceLine(slot);
  }

  /**
   * The bytes for the kernel of this machine.
   *
   * @param mapDescriptor the file descriptor of the map with a name
   */
  public byte[] encode(ToIntFunction<String> mapDescriptor) {
    return code.encode(mapDescriptor);
  }

  /**
   * The bytes for a machine of this byte order.
   *
   * @param mapDescriptor the file descriptor of the map with a name
   */
  public byte[] encode(ToIntFunction<String> mapDescriptor, ByteOrder order) {
    return code.encode(mapDescriptor, order);
  }
}
