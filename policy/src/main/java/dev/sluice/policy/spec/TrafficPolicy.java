package dev.sluice.policy.spec;

import org.jspecify.annotations.Nullable;

/** A whole document: what the traffic of a host is to be. */
@Doc("What the traffic of a host's devices and workloads is to be.")
public record TrafficPolicy(
    @Doc(value = "The version of this form.", pattern = "sluice\\.dev/v1") String apiVersion,
    @Doc(value = "What the document is.", pattern = "TrafficPolicy") String kind,
    @Doc("How the policy is called.") Metadata metadata,
    @Doc("What the traffic is to be.") Spec spec,
    @Doc("What `sluice status` found; ignored when read.") @Nullable Status status) {
  /** The version that this build reads and writes. */
  public static final String API_VERSION = "sluice.dev/v1";

  /** The kind of document that this is. */
  public static final String KIND = "TrafficPolicy";

  /** A policy with a name. */
  public static TrafficPolicy of(String name, Spec spec) {
    return new TrafficPolicy(API_VERSION, KIND, Metadata.of(name), spec, null);
  }
}
