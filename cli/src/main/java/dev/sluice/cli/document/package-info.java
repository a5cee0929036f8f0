/**
 * YAML and JSON files that people write, read so that a mistake is answered with file, line,
 * column, path and what was expected. {@link dev.sluice.cli.document.Section} is where to start.
 */
@NullMarked
package dev.sluice.cli.document;

import org.jspecify.annotations.NullMarked;
