package dev.trine.server.replica;

import dev.trine.common.config.ByteSize;
import dev.trine.common.config.Default;
import java.time.Duration;

/**
 * What an operator may set about replicas.
 *
 * @param loadedMax   most replicas in memory at once
 * @param idleUnload  a replica that nothing happened to for so long leaves memory
 * @param stagedKeep  a staged pack whose push was never proposed is kept so long
 * @param packMax     largest pack, with its index, that is accepted from a peer
 * @param transferIdle a transfer to or from a peer that moves nothing for so long is given up
 * @param stageWait   longest wait of a push for the first peer to hold its objects, once they were sent
 * @param tipsKeep    objects of a tip that was replaced are kept so long: a fetch under way may ask for them
 * @param safety       Git storage that misbehaves
 */
public record ReplicaSettings(@Default("2000") int loadedMax, @Default("60s") Duration idleUnload,
                              @Default("1h") Duration stagedKeep, @Default("64g") ByteSize packMax,
                              @Default("60s") Duration transferIdle, @Default("10m") Duration stageWait,
                              @Default("1h") Duration tipsKeep, @Default("{}") SafetySettings safety) {
    /** What holds where the configuration says nothing. */
    public static final ReplicaSettings DEFAULT = new ReplicaSettings(2_000, Duration.ofSeconds(60),
        Duration.ofHours(1), new ByteSize(64L << 30), Duration.ofSeconds(60), Duration.ofMinutes(10),
        Duration.ofHours(1), SafetySettings.DEFAULT);

    public ReplicaSettings {
        if (loadedMax < 1) {
            throw new IllegalArgumentException("loaded-max below 1 would load nothing");
        }
    }
}
