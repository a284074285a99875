/**
 * Answers that cost much to make and are asked for again: made once, read by whoever asks for the same meanwhile and
 * afterwards. Start at {@link dev.trine.server.kept.StreamCache#take}. What an answer is, nothing here knows.
 */
@NullMarked
package dev.trine.server.kept;

import org.jspecify.annotations.NullMarked;
