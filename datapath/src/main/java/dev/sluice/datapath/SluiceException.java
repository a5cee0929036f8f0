package dev.sluice.datapath;

/**
 * Every way in which an operation on a datapath can fail, apart from errors of the program itself.
 *
 * <p>The subtypes carry what the caller needs to act on, not only a message: catch the one you can
 * handle.
 */
public abstract sealed class SluiceException extends RuntimeException
    permits KernelRejected, VerifierRejected, Unsupported, NotPermitted, NotFound, InvalidInput {
  private static final long serialVersionUID = 1L;

  SluiceException(String message) {
    super(message);
  }

  SluiceException(String message, Throwable cause) {
    super(message, cause);
  }
}
