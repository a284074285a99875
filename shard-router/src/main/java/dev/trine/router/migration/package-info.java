/**
 * Moving repositories here from older Git hosts: what administrators change of it. What it does to a request is decided
 * in {@code route}. Start at {@link dev.trine.router.migration.Migration}.
 */
@NullMarked
package dev.trine.router.migration;

import org.jspecify.annotations.NullMarked;
