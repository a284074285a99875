/**
 * The replicated ref log of one repository as a pure state machine: message in, effects out. Nothing here reads a
 * clock, file, socket or thread, draws a random number of its own, or logs. docs/PROTOCOL.md gives the rules.
 */
@NullMarked
package dev.trine.server.replication;

import org.jspecify.annotations.NullMarked;
