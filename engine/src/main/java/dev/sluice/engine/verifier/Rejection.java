package dev.sluice.engine.verifier;

import dev.sluice.datapath.Errno;

/**
 * The verifier refuses a program: the error number and the kernel's words, before the log is made.
 */
final class Rejection extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Errno errno;

  Rejection(Errno errno, String words) {
    super(words, null, false, false);
    this.errno = errno;
  }

  @SuppressWarnings("AnnotateFormatMethod") // the wording comes from the caller as a template
  static Rejection access(String words, Object... values) {
    return new Rejection(Errno.EACCES, words.formatted(values));
  }

  @SuppressWarnings("AnnotateFormatMethod") // the wording comes from the caller as a template
  static Rejection invalid(String words, Object... values) {
    return new Rejection(Errno.EINVAL, words.formatted(values));
  }

  Errno errno() {
    return errno;
  }

  String words() {
    return String.valueOf(getMessage());
  }
}
