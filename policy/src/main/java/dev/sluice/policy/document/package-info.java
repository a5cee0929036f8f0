/**
 * YAML and JSON files that people write, read so that a mistake is answered with file, line,
 * column, path and what was expected.
 *
 * <p>{@link dev.sluice.policy.document.PolicyReader} reads policies, {@link
 * dev.sluice.policy.document.PolicyWriter} writes them; both follow the records of {@link
 * dev.sluice.policy.spec}, as do the JSON Schema and the reference. {@link
 * dev.sluice.policy.document.Section} is for other files.
 */
@NullMarked
package dev.sluice.policy.document;

import org.jspecify.annotations.NullMarked;
