/** What was seen, for people: tables, charts, reports. */
@NullMarked
package dev.sluice.observe;

import org.jspecify.annotations.NullMarked;
