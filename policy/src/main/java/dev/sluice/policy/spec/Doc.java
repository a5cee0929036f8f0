package dev.sluice.policy.spec;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What a key of the document means, in a sentence or two for its reader. */
@Documented
@Target({ElementType.TYPE, ElementType.RECORD_COMPONENT, ElementType.FIELD})
@Retention(RetentionPolicy.RUNTIME)
public @interface Doc {
  /** The sentence, with unit and default. */
  String value();

  /** The least number allowed. */
  long least() default Long.MIN_VALUE;

  /** The greatest number allowed. */
  long most() default Long.MAX_VALUE;

  /** What a text looks like: a regular expression that all of it matches. */
  String pattern() default "";

  /** What stands for a key that is left out, as it would be written; empty if nothing does. */
  String otherwise() default "";
}
