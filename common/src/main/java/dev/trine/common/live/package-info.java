/**
 * Settings that are changed while services run. Start at {@link dev.trine.common.live.LiveSettings}, which lists them;
 * a service keeps what it was told in {@link dev.trine.common.live.LiveState}. Always: who reads a value never fails;
 * what cannot be read is as configured.
 */
@NullMarked
package dev.trine.common.live;

import org.jspecify.annotations.NullMarked;
