@NullMarked
package dev.sluice.policy.arrival;

import org.jspecify.annotations.NullMarked;
