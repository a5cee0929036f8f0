package dev.sluice.bpf.relocation;

/**
 * What a kernel's types say to a relocation ({@code struct bpf_core_relo_res}).
 *
 * @param value the answer; meaningless if there is none
 * @param found whether there is an answer
 * @param original what the instruction must hold now, if it is to be checked
 * @param checked whether it is
 * @param originalSize bytes of the field in the object's types; 0 where no memory is accessed
 * @param size bytes of the field in the kernel's types
 * @param resizable whether a load or store may get the other size
 */
public record Answer(
    long value,
    boolean found,
    long original,
    boolean checked,
    int originalSize,
    int size,
    boolean resizable) {
  static final Answer NONE = new Answer(0, false, 0, false, 0, 0, true);

  /** The same number for all. */
  static Answer of(long value, long original, boolean checked) {
    return new Answer(value, true, original, checked, 0, 0, true);
  }
}
