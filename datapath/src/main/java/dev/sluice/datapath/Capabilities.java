package dev.sluice.datapath;

import java.util.Map;

/**
 * What a datapath can do, found by trying and never by comparing kernel versions.
 *
 * @param findings one finding for each feature, in the order of {@link Feature}
 */
public record Capabilities(Map<Feature, Support> findings) {
  /** Copies the findings. */
  public Capabilities {
    findings = Map.copyOf(findings);
  }

  /** The finding for one feature. */
  public Support of(Feature feature) {
    return findings.getOrDefault(feature, new Support.Unknown("not probed"));
  }

  /** Whether a feature is known to be there. */
  public boolean has(Feature feature) {
    return of(feature) instanceof Support.Supported;
  }

  /** What a probe found. */
  public sealed interface Support {
    /** The feature is there. */
    record Supported() implements Support {}

    /**
     * The feature is not there.
     *
     * @param reason what the datapath answered to the probe
     */
    record Missing(String reason) implements Support {}

    /**
     * The probe could not tell, for want of a privilege for example.
     *
     * @param reason why it could not
     */
    record Unknown(String reason) implements Support {}
  }
}
