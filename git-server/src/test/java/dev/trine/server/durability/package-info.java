/**
 * Proves that what a node promised is on its disk, whatever the power failure takes: a real node's writes and syncs are
 * recorded with what it says to others, and every state in which a file system may be found afterwards is opened and
 * compared with what had been said by then. docs/DURABILITY.md tells the model and how to run the long mode.
 */
@NullMarked
package dev.trine.server.durability;

import org.jspecify.annotations.NullMarked;
