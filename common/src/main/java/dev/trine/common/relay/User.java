package dev.trine.common.relay;

/**
 * A user who has proved who he is.
 *
 * @param id   immutable
 * @param name as he is greeted; may change
 */
public record User(long id, String name) {
}
