package dev.sluice.bpf;

/** A jump or call that can't be given an offset. */
public final class UnresolvedLabelException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  private final int item;

  /**
   * @param item which of the builder's instructions it is
   */
  UnresolvedLabelException(int item, String message) {
    super(message);
    this.item = item;
  }

  /** Which instruction of the {@link CodeBuilder} it is, counted from 0 as they were added. */
  public int item() {
    return item;
  }
}
