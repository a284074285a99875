/**
 * What a router knows of the git servers, and how it talks to them: heartbeats, a failure detector fed by real
 * requests, probes that begin after the requests that share them, repairs that requests share. Decisions are made in
 * {@link dev.trine.router.routing}, not here.
 */
@NullMarked
package dev.trine.router.nodes;

import org.jspecify.annotations.NullMarked;
