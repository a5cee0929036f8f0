package dev.sluice.kernel.bpf;

import dev.sluice.datapath.Errno;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.NotPermitted;
import dev.sluice.datapath.SluiceException;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Turns error numbers of {@code bpf(2)} into exceptions. */
final class BpfRefusal {
  /**
   * What map operations that a type does not have return ({@code ENOTSUPP} of {@code
   * include/linux/errno.h}): a number that was never meant to leave the kernel.
   */
  static final int ENOTSUPP = 524;

  private BpfRefusal() {}

  /** Whether a result says that the kernel, or the kind of object, lacks an operation. */
  static boolean isMissingOperation(long result) {
    return result == -ENOTSUPP
        || result == -Errno.EOPNOTSUPP.number()
        || result == -Errno.EINVAL.number();
  }

  /** Whether a result is this error. */
  static boolean is(long result, Errno errno) {
    return result == -errno.number();
  }

  /**
   * The exception for a refusal.
   *
   * @param operation what was asked for
   * @param result what the call returned, negative
   * @param rule the rule that fired, if known
   * @param needed the privileges that the operation needs
   */
  static SluiceException of(
      String operation, long result, @Nullable String rule, Privilege... needed) {
    int errno = Math.toIntExact(-result);
    boolean privilege = errno == Errno.EPERM.number() || errno == Errno.EACCES.number();
    if (privilege && needed.length > 0) {
      List<Privilege> missing = Privilege.missing(needed);
      if (!missing.isEmpty()) {
        return new NotPermitted(operation, names(missing));
      }
      if (rule == null && errno == Errno.EPERM.number()) {
        rule =
            names(List.of(needed))
                + " is held, so a security module, lockdown, or before Linux 5.11 the limit on"
                + " locked memory (ulimit -l) refuses";
      }
    }
    return new KernelRejected(operation, errno, null, rule);
  }

  private static String names(List<Privilege> privileges) {
    return privileges.stream().map(Enum::name).collect(Collectors.joining(" and "));
  }

  /** A result that is not negative; the exception for one that is. */
  static int check(String operation, long result, Privilege... needed) {
    if (result < 0) {
      throw of(operation, result, null, needed);
    }
    return Math.toIntExact(result);
  }
}
