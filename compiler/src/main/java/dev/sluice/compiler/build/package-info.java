/**
 * From class files to the graph: {@link dev.sluice.compiler.build.MethodBuilder} follows a method's
 * bytecode with values in place of numbers, and the methods that it calls right where it calls
 * them.
 */
@NullMarked
package dev.sluice.compiler.build;

import org.jspecify.annotations.NullMarked;
