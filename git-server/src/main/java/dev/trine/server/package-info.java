/**
 * One git server: it keeps replicas of repositories on its disk and serves Git to the proxies. Start at
 * {@link dev.trine.server.GitServer}, which puts the parts together in the order in which they start.
 */
@NullMarked
package dev.trine.server;

import org.jspecify.annotations.NullMarked;
