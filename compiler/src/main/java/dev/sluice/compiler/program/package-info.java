/**
 * What programs are written in: a static method takes a {@link dev.sluice.compiler.program.SkBuff},
 * an {@link dev.sluice.compiler.program.XdpContext} or a {@link
 * dev.sluice.compiler.program.CgroupSkb} and returns a verdict. Everything here works on the JVM as
 * it is, so that a program can be tested and debugged like any method; the compiler knows these
 * classes and turns their calls into instructions.
 */
@NullMarked
package dev.sluice.compiler.program;

import org.jspecify.annotations.NullMarked;
