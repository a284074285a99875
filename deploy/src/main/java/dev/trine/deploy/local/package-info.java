/**
 * A cluster on one machine, for trying and testing: three git servers, each a process of its own, and one "front"
 * process with the stateless services, all on loopback. Everything that it is lies in one {@link ClusterDirectory}; the
 * commands {@code up}, {@code down} and {@code node} change it one at a time.
 */
@NullMarked
package dev.trine.deploy.local;

import org.jspecify.annotations.NullMarked;
