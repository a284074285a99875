package dev.trine.server.replication;

import dev.trine.common.model.Member;
import dev.trine.common.model.RepoId;

/**
 * A message between two nodes with the identities that make it safe to deliver late.
 *
 * @param repo       the repository
 * @param generation the generation that the sender believes in force
 * @param sender     who sends
 * @param target     whom it is meant for
 * @param payload    the message
 */
public record Envelope(RepoId repo, long generation, Member sender, Member target, PeerMessage payload) {
}
