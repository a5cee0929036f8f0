/**
 * What a program can return, read off its instructions without running it: {@link
 * dev.sluice.bpf.verdict.ReturnAnalysis} finds {@link dev.sluice.bpf.verdict.ReturnValues}.
 */
@NullMarked
package dev.sluice.bpf.verdict;

import org.jspecify.annotations.NullMarked;
