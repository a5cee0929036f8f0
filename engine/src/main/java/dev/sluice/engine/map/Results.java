package dev.sluice.engine.map;

import dev.sluice.datapath.Errno;

/** What operations on maps return, and the flags they take ({@code include/uapi/linux/bpf.h}). */
final class Results {
  static final int DONE = 0;
  static final int ENOENT = -Errno.ENOENT.number();
  static final int E2BIG = -Errno.E2BIG.number();
  static final int EBADF = -Errno.EBADF.number();
  static final int EAGAIN = -Errno.EAGAIN.number();
  static final int EACCES = -Errno.EACCES.number();
  static final int ENOMEM = -Errno.ENOMEM.number();
  static final int EPERM = -Errno.EPERM.number();
  static final int EEXIST = -Errno.EEXIST.number();
  static final int EINVAL = -Errno.EINVAL.number();
  static final int ENOSPC = -Errno.ENOSPC.number();
  static final int EOPNOTSUPP = -Errno.EOPNOTSUPP.number();

  /** {@code ENOTSUPP}: not for user space, and yet what it gets where a type lacks an operation. */
  static final int ENOTSUPP = -524;

  /** {@code BPF_ANY}. */
  static final long ANY = 0;

  /** {@code BPF_NOEXIST}. */
  static final long CREATE = 1;

  /** {@code BPF_EXIST}. */
  static final long CHANGE = 2;

  private Results() {}
}
