/**
 * Translation between wire messages and domain values, for what more than one service needs.
 */
@NullMarked
package dev.trine.common.wire;

import org.jspecify.annotations.NullMarked;
