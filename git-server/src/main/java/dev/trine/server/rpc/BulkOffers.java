package dev.trine.server.rpc;

import dev.trine.common.bulk.BulkListener;
import dev.trine.common.live.LiveSettings;
import dev.trine.common.live.LiveState;
import dev.trine.common.live.LiveValues;
import dev.trine.common.model.Share;
import dev.trine.proto.GitOpen;
import java.util.Optional;

/**
 * To which calls bulk bytes are offered: those of front doors that take them, if their repository and user belong to
 * the shares that are set live. Who did not sign in counts as one user.
 *
 * @param listener where front doors may fetch large answers; empty: all go through the calls
 * @param live     what is set live
 */
public record BulkOffers(Optional<BulkListener> listener, LiveState live) {
    /** Where that call's answer may go; empty: through the call. */
    Optional<BulkListener> to(GitOpen open) {
        LiveValues now = live.now();
        return listener.filter(offered -> open.getTakesBulk()
            && now.includes(LiveSettings.BULK_REPOSITORIES, Share.ALL, open.getRepoId())
            && now.includes(LiveSettings.BULK_USERS, Share.ALL, open.getUser()));
    }
}
