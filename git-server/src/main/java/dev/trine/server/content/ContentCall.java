package dev.trine.server.content;

import dev.trine.common.model.ReadPoint;
import dev.trine.common.model.RepoId;
import dev.trine.server.hosting.GitCall;

/**
 * A request for a file or an archive.
 *
 * @param repo       the repository
 * @param at         state that what is served must contain
 * @param caller     for whom
 * @param wanted     what is asked for
 * @param conditions what the client has already, and which part it wants
 */
public record ContentCall(RepoId repo, ReadPoint at, GitCall.Caller caller, Wanted wanted, Conditions conditions) {
}
