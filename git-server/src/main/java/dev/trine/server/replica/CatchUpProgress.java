package dev.trine.server.replica;

import dev.trine.common.model.NodeId;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How far a replica is on its way to its peers' state.
 *
 * @param from           whom the copy under way, or the last one, comes from
 * @param target         version that it leads to
 * @param copying        whether it is under way
 * @param bytesHere      bytes of it that are here, those that an interrupted copy left included
 * @param bytesTotal     bytes of it in all; 0: not known yet
 * @param bytesPerSecond its mean rate
 * @param versionsBehind by how much this node was behind when it last asked its peers; empty: it has not asked yet
 */
public record CatchUpProgress(Optional<NodeId> from, long target, boolean copying, long bytesHere, long bytesTotal,
                              long bytesPerSecond, OptionalLong versionsBehind) {
    /** When the copy will be complete at its present rate; empty: not known, or none is under way. */
    public Optional<Duration> eta() {
        return copying && bytesPerSecond > 0 && bytesTotal > 0
            ? Optional.of(Duration.ofSeconds((bytesTotal - bytesHere + bytesPerSecond - 1) / bytesPerSecond))
            : Optional.empty();
    }
}
