/**
 * SHA-1 of many messages at once, with detection of collisions. Start at {@link dev.trine.server.sha1.ParallelSha1}.
 *
 * <p>Each message has a lane. All lanes take one block together, in loops over lanes that the JIT compiler turns into
 * vector instructions. What detection is and why it finds every known way to make SHA-1 collide: Stevens and Shumow,
 * "Speeding up detection of SHA-1 collision attacks using unavoidable attack conditions", USENIX Security 2017.
 */
@NullMarked
package dev.trine.server.sha1;

import org.jspecify.annotations.NullMarked;
