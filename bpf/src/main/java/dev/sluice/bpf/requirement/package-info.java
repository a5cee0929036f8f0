/**
 * What programs and maps want of a kernel, and since which release there is one that has it.
 *
 * <p>{@link dev.sluice.bpf.requirement.Introduction} knows which release brought each helper, map
 * type, program type, attach type and flag; {@link
 * dev.sluice.bpf.requirement.InstructionRequirements} the same of instructions; {@link
 * dev.sluice.bpf.requirement.Requirement} is one finding. What distributions brought back into
 * older kernels is not known here: {@code sluice features} tries, this only reads.
 */
@NullMarked
package dev.sluice.bpf.requirement;

import org.jspecify.annotations.NullMarked;
