package dev.sluice.bpf.relocation;

/** A relocation that makes no sense, or that a kernel's types answer in several ways. */
public final class RelocationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With what is wrong. */
  public RelocationException(String message) {
    super(message);
  }
}
