package dev.sluice.bpf.verdict;

import java.util.Arrays;
import java.util.Objects;
import java.util.function.LongBinaryOperator;
import java.util.function.LongPredicate;
import java.util.function.LongUnaryOperator;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** What a register may hold: one of a few numbers, any of 32 bits, or anything. */
final class ValueSet {
  /** Larger sets become "any", so that loops that count end. */
  static final int MAX = 16;

  static final ValueSet ANY = new ValueSet(null, false);

  /** Anything whose upper 32 bits are zero: what a 32-bit operation leaves. */
  static final ValueSet ANY32 = new ValueSet(null, true);

  /** Sorted, without doubles; null for any. */
  private final long @Nullable [] values;

  private final boolean upperZero;

  private ValueSet(long @Nullable [] values, boolean upperZero) {
    this.values = values;
    this.upperZero = upperZero;
  }

  static ValueSet of(long... values) {
    return of(LongStream.of(values));
  }

  private static ValueSet of(LongStream values) {
    long[] sorted = values.sorted().distinct().toArray();
    boolean upperZero = Arrays.stream(sorted).allMatch(value -> value >>> 32 == 0);
    if (sorted.length > MAX) {
      return upperZero ? ANY32 : ANY;
    }
    return new ValueSet(sorted, upperZero);
  }

  /** 0 to one less than a bound of at most {@link #MAX}. */
  static ValueSet below(long bound) {
    return of(LongStream.range(0, bound));
  }

  boolean isKnown() {
    return values != null;
  }

  /** Whether no value is left: nothing gets here. */
  boolean isEmpty() {
    return values != null && values.length == 0;
  }

  boolean upperIsZero() {
    return upperZero;
  }

  /** The numbers of a known set. */
  long[] numbers() {
    return Objects.requireNonNull(values).clone();
  }

  ValueSet join(ValueSet other) {
    if (equals(other)) {
      return this;
    }
    if (values == null || other.values == null) {
      return upperZero && other.upperZero ? ANY32 : ANY;
    }
    return of(LongStream.concat(LongStream.of(values), LongStream.of(other.values)));
  }

  /** Of a known set; the others stay as they are. */
  ValueSet filter(LongPredicate keep) {
    return values == null ? this : of(LongStream.of(values).filter(keep));
  }

  /** Of a known set; else any. */
  ValueSet map(LongUnaryOperator operation) {
    return values == null ? ANY : of(LongStream.of(values).map(operation));
  }

  /** Each with each, of known sets; else any. */
  ValueSet with(ValueSet other, LongBinaryOperator operation) {
    long[] right = other.values;
    if (values == null || right == null) {
      return ANY;
    }
    return of(
        LongStream.of(values)
            .flatMap(left -> LongStream.of(right).map(each -> operation.applyAsLong(left, each))));
  }

  /** Whether some number of a known set fits; true if the set is not known. */
  boolean mayFit(LongPredicate condition) {
    return values == null || LongStream.of(values).anyMatch(condition);
  }

  /** The lower 32 bits. */
  ValueSet lower() {
    if (upperZero) {
      return this;
    }
    return values == null ? ANY32 : map(value -> value & 0xffff_ffffL);
  }

  @Override
  public boolean equals(@Nullable Object object) {
    return object instanceof ValueSet other
        && upperZero == other.upperZero
        && Arrays.equals(values, other.values);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(values) * 2 + (upperZero ? 1 : 0);
  }

  @Override
  public String toString() {
    if (values == null) {
      return upperZero ? "any of 32 bits" : "any";
    }
    return Arrays.toString(values);
  }
}
