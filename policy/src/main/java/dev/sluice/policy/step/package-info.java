/**
 * Steps from what is there to what should be, each with what undoes it, and the run that does them
 * all or none.
 *
 * <p>A {@link dev.sluice.policy.step.Step} is a change to traffic control or an action of any kind;
 * {@link dev.sluice.policy.step.StepRun} does them and takes them back. Who makes steps is no
 * concern of theirs.
 */
@NullMarked
package dev.sluice.policy.step;

import org.jspecify.annotations.NullMarked;
