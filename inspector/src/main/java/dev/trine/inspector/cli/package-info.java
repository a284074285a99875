/**
 * How every command of the `trine` program behaves: its exit codes, its one-sentence errors, its tables and JSON. It
 * knows nothing of what the commands do.
 */
@NullMarked
package dev.trine.inspector.cli;

import org.jspecify.annotations.NullMarked;
