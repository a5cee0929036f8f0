/**
 * The suite on the engine: an {@link dev.sluice.conformance.engine.EngineTestbed} is two hosts of a
 * network of its own, in virtual time. Waiting for something lets that time pass.
 */
@NullMarked
package dev.sluice.conformance.engine;

import org.jspecify.annotations.NullMarked;
