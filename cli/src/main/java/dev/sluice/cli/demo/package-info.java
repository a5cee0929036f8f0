/**
 * {@code sluice demo}: real packets through real configurations, and what came of them.
 *
 * <p>{@link dev.sluice.cli.demo.DemoCommand} starts a {@code DemoRun}. That builds a {@code Lab},
 * two network namespaces with a cable between, and has a {@code Demo} run the scenarios of {@code
 * Article} in it. A {@code Scenario} is command lines and trials; a {@code Trial} is flows and
 * expectations. While a {@code Stream} sends each {@code Flow}, two {@code Reading}s of the
 * kernel's counters make an {@code Interval}, and an {@code Expectation} compared with that is a
 * {@code Finding}. {@code ChainScenario} does the same with a chain of programs. {@code Removal}
 * looks whether something is left.
 */
@NullMarked
package dev.sluice.cli.demo;

import org.jspecify.annotations.NullMarked;
