package dev.trine.server.admission;

import dev.trine.common.door.ClientHost;
import dev.trine.common.model.RepoId;
import dev.trine.server.hosting.GitCall;
import dev.trine.server.hosting.Lane;

/**
 * For whom something is done, as far as limits know him.
 *
 * @param repo    the repository that it is done in
 * @param lane    who he is
 * @param address his network address without what changes from call to call; empty: not known, and not limited
 */
public record Claimant(RepoId repo, Lane lane, String address) {
    /** Who makes that call. */
    public static Claimant of(GitCall call) {
        return of(call.repo(), call.caller());
    }

    /** Who does something in that repository. */
    public static Claimant of(RepoId repo, GitCall.Caller caller) {
        String address = ClientHost.of(caller.address());
        String member = switch (caller.kind()) {
            case PEOPLE, AUTOMATION -> caller.user();
            case ANONYMOUS -> address;
        };
        return new Claimant(repo, new Lane(caller.kind(), member), address);
    }
}
