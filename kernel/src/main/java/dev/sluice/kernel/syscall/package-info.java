/**
 * The one room that makes system calls.
 *
 * <p>{@link dev.sluice.kernel.syscall.Syscalls} is the only class of Sluice that links a foreign
 * function, and it links just one: the C library's {@code syscall}. Binding a function costs a
 * command-line start some milliseconds, so everything goes through this one. Beside it stands
 * {@link dev.sluice.kernel.syscall.Fd}, which owns a file descriptor.
 */
@NullMarked
package dev.sluice.kernel.syscall;

import org.jspecify.annotations.NullMarked;
