/**
 * What a {@code TrafficPolicy} document says, as records: the one source of its reader, its JSON
 * Schema and its reference.
 *
 * <p>A component is a key of the document, in the same spelling. One that is {@code @Nullable} may
 * be left out; lists and tables that are left out are empty. {@link dev.sluice.policy.spec.Doc}
 * says what a key means. Records check nothing: what is wrong is told with its place by whoever
 * reads the document.
 */
@NullMarked
package dev.sluice.policy.spec;

import org.jspecify.annotations.NullMarked;
