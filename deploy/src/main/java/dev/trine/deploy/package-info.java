/** The program `trine`: {@link Trine} puts all commands together and is the main class of every process. */
@NullMarked
package dev.trine.deploy;

import org.jspecify.annotations.NullMarked;
