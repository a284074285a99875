/**
 * The audit of one service: who did what, from where, and what came of it, as lines that are only ever added. Services
 * write through {@link dev.trine.common.audit.Audit}; {@link dev.trine.common.audit.Verification} says whether what was
 * written is still all there. Always: a line holds the hash of the line before it, over files and restarts.
 */
@NullMarked
package dev.trine.common.audit;

import org.jspecify.annotations.NullMarked;
