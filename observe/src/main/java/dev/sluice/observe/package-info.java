/** What was seen, for people: {@link dev.sluice.observe.report} makes pages and pictures of it. */
@NullMarked
package dev.sluice.observe;

import org.jspecify.annotations.NullMarked;
