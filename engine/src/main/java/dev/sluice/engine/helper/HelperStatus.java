package dev.sluice.engine.helper;

/** Whether a program of a type can call a helper. */
public enum HelperStatus {
  /** It can. */
  SUPPORTED,
  /** On the kernel it could; the engine does not have the helper. */
  MISSING,
  /** The kernel does not let programs of this type call it. */
  NOT_ALLOWED,
  /** There is no helper of this number. */
  UNKNOWN
}
