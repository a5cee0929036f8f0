package dev.sluice.bpf;

/** Whether a map outlives the programs that use it. */
public enum Pinning {
  /** It lives as long as someone holds it. */
  NONE,
  /** It is pinned under its name, and an equal map that is pinned there already is used instead. */
  BY_NAME
}
