/**
 * The helper functions that programs call.
 *
 * <p>A {@link dev.sluice.engine.helper.HelperTable} is what programs of one type can call: it finds
 * the {@link dev.sluice.engine.helper.Helper} of a number, what that takes and gives ({@link
 * dev.sluice.engine.helper.HelperSignature}), and why a program may not call it, in the words of
 * the kernel's verifier. Helpers that the kernel has and the engine has not are refused by name
 * when a program is loaded.
 *
 * <p>Those on packets are here, each with the name of the kernel's function that it follows, down
 * to the order in which arguments are checked; those on maps are in {@link
 * dev.sluice.engine.helper.map}. Tests in the module {@code conformance} make the same calls, with
 * random arguments, on the kernel.
 */
@NullMarked
package dev.sluice.engine.helper;

import org.jspecify.annotations.NullMarked;
