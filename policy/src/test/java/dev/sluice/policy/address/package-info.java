@NullMarked
package dev.sluice.policy.address;

import org.jspecify.annotations.NullMarked;
