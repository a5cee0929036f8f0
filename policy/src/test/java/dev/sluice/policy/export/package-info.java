@NullMarked
package dev.sluice.policy.export;

import org.jspecify.annotations.NullMarked;
