package dev.trine.server.replication;

import dev.trine.common.model.Position;
import dev.trine.common.model.PushId;

/**
 * What became of one push: part of the replicated state, so that a push that is tried again takes effect once.
 *
 * @param push      the push
 * @param at        the committed entry that settled it
 * @param committed true: that entry carried it out; false: that entry is its ABORT
 */
public record RecordedOutcome(PushId push, Position at, boolean committed) {
}
