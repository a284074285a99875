package dev.trine.server;

import dev.trine.common.live.Configured;
import dev.trine.common.live.LiveSettings;
import dev.trine.common.live.Overlay;
import dev.trine.common.model.Share;
import dev.trine.server.admission.WorkTurns;
import dev.trine.server.rpc.Admission;
import java.util.Map;

/**
 * The bounds of a node that can be changed live, put in place of the configured ones.
 *
 * @param config what is so where nothing is set live
 * @param calls  bounds calls
 * @param turns  bounds costly work
 */
record LiveBounds(GitServerConfig config, Admission calls, WorkTurns turns) {
    /** From now on these values hold. */
    void apply(Overlay live) {
        calls.limit(config.clients().with(live));
        turns.limit(config.work().with(live), config.fetch().walkedClonesMax(), config.fetch().walkedCloneWaitMax());
    }

    /** What the configuration says, by name of the setting. */
    Map<String, String> configured() {
        Configured configured = new Configured();
        config.clients().with(configured);
        config.work().with(configured);
        configured.get(LiveSettings.BULK_REPOSITORIES, Share.ALL);
        configured.get(LiveSettings.BULK_USERS, Share.ALL);
        return configured.values();
    }
}
