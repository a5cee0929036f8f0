package dev.sluice.policy.spec;

/** Which way packets go. */
@Doc(
    "Which way packets go. Of a device, `upload` leaves by it and `download` arrives. Of a"
        + " workload, `upload` is what it sends and `download` what it receives: the other way"
        + " round at its device on this host.")
public enum Way {
  /** What a workload sends, or leaves by a device. */
  UPLOAD,
  /** What a workload receives, or arrives at a device. */
  DOWNLOAD
}
