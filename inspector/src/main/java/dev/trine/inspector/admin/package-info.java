/**
 * The administrators' commands: each makes one call, or the pages of one listing, of the router's {@code Admin} service
 * and shows the reply. Start at {@link AdminCommands}. The JSON names that the records named {@code …View} give are
 * stable: scripts rely on them; a field may be added, none renamed.
 */
@NullMarked
package dev.trine.inspector.admin;

import org.jspecify.annotations.NullMarked;
