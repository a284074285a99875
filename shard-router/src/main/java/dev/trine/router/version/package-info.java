/**
 * Carries out version routing: probes, asks the pure decision, and repairs or follows a move where it says so. Start at
 * {@link dev.trine.router.version.Routes}.
 */
@NullMarked
package dev.trine.router.version;

import org.jspecify.annotations.NullMarked;
