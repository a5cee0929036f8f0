package dev.sluice.cli;

import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.NotPermitted;
import dev.sluice.datapath.SluiceException;
import dev.sluice.datapath.Unsupported;
import dev.sluice.datapath.VerifierRejected;

/**
 * The exit codes of every command but {@code sluice tc}, which has iproute2's.
 *
 * <p>They follow tc as far as it goes: 1 for what was asked, 2 for what the kernel said to it.
 */
public final class ExitCode {
  /** All went well. */
  public static final int OK = 0;

  /** The command line, a file or a name in it is wrong. */
  public static final int INPUT = 1;

  /** The kernel, its verifier or Sluice refused, or cannot do it at all. */
  public static final int REFUSED = 2;

  /** A privilege is missing. */
  public static final int NOT_PERMITTED = 3;

  /** Sluice itself is at fault ({@code EX_SOFTWARE}). */
  public static final int INTERNAL = 70;

  private ExitCode() {}

  /** The exit code of a failure. */
  public static int of(SluiceException failure) {
    return switch (failure) {
      case InvalidInput _, NotFound _ -> INPUT;
      case KernelRejected _, VerifierRejected _, Unsupported _ -> REFUSED;
      case NotPermitted _ -> NOT_PERMITTED;
    };
  }
}
