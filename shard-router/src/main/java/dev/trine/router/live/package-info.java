/**
 * Settings that are changed while services run, as a router knows them, changes them and tells others. Start at
 * {@link dev.trine.router.live.SettingsService}.
 */
@NullMarked
package dev.trine.router.live;

import org.jspecify.annotations.NullMarked;
