package dev.trine.server.receive;

import dev.trine.common.model.PushId;
import dev.trine.common.model.ReadPoint;
import dev.trine.common.model.RefLimits;
import dev.trine.common.model.RefName;
import dev.trine.common.model.RefUpdate;
import dev.trine.common.model.RepoId;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * One call for changes of refs without a pack.
 *
 * @param repo    the repository
 * @param at      state that what is compared must contain
 * @param updates at least one, each ref once, no symbolic value
 * @param token   what the caller calls this set of changes
 * @param user    name of the authenticated user; empty: anonymous
 * @param first   whether it is certain that no node was sent this token before
 * @param limits  what the user may not do with some refs
 */
public record RefUpdatesCall(RepoId repo, ReadPoint at, List<RefUpdate> updates, PushToken token, String user,
                             boolean first, RefLimits limits) {
    public RefUpdatesCall {
        updates = List.copyOf(updates);
        if (updates.isEmpty()) {
            throw new IllegalArgumentException("no change of a ref");
        }
        Set<RefName> names = new HashSet<>();
        for (RefUpdate update : updates) {
            if (!names.add(update.name())) {
                throw new IllegalArgumentException("two changes of " + update.name() + " in one call");
            }
        }
    }

    /** The identity of the changes: nobody else's, whatever token he chooses. */
    public PushId id() {
        return token.idFor(repo, user);
    }
}
