package dev.sluice.conformance.testbed;

import dev.sluice.datapath.Feature;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The features that a test, or every test of a class, needs; without them it is skipped. */
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
public @interface Needs {
  /** The features. */
  Feature[] value();
}
