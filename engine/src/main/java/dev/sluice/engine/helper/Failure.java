package dev.sluice.engine.helper;

/**
 * The negative error numbers that helpers return ({@code include/uapi/asm-generic/errno.h}, {@code
 * include/linux/errno.h}).
 */
final class Failure {
  static final long ENOENT = -2;
  static final long E2BIG = -7;
  static final long ENOMEM = -12;
  static final long EACCES = -13;
  static final long EFAULT = -14;
  static final long ENODEV = -19;
  static final long EINVAL = -22;
  static final long ERANGE = -34;
  static final long EOPNOTSUPP = -95;
  static final long EALREADY = -114;

  /** The kernel's own number for what is not supported, which no system call returns. */
  static final long ENOTSUPP = -524;

  private Failure() {}
}
