package dev.sluice.cli.prog;

import java.math.BigInteger;

/**
 * A field of a context that a program changed.
 *
 * @param field its name
 * @param before its value before
 * @param after its value after
 */
record ContextChange(String field, BigInteger before, BigInteger after) {
  @Override
  public String toString() {
    String hint =
        field.equals("priority") && after.bitLength() > 16
            ? " (class "
                + Integer.toHexString(after.intValue() >>> 16)
                + ":"
                + Integer.toHexString(after.intValue() & 0xffff)
                + ")"
            : "";
    return field + ": " + before + " → " + after + hint;
  }
}
