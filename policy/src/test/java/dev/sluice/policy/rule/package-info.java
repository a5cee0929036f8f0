@NullMarked
package dev.sluice.policy.rule;

import org.jspecify.annotations.NullMarked;
