/**
 * What has to be done so that a host's traffic is as its policies say; doing it, and undoing it
 * where it fails; and what has been applied, which the kernel itself keeps.
 */
@NullMarked
package dev.sluice.policy.plan;

import org.jspecify.annotations.NullMarked;
