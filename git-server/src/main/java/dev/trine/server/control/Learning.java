package dev.trine.server.control;

import dev.trine.common.model.Member;
import dev.trine.common.model.RepoId;
import dev.trine.proto.CatchUpCounts;
import dev.trine.proto.LearnReply;
import dev.trine.proto.Role;
import dev.trine.proto.UnlearnReply;
import dev.trine.server.replica.CatchUpCounters;
import dev.trine.server.replica.Replicas;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.List;

/** What controllers ask about repositories that this node is to learn. Called by many threads. */
public final class Learning {
    private final Replicas replicas;

    public Learning(Replicas replicas) {
        this.replicas = replicas;
    }

    LearnReply learn(RepoId repo, long generation, List<Member> members) {
        return switch (replicas.learners().learn(repo, generation, members)) {
            case LEARNS -> LearnReply.newBuilder().setRole(Role.LEARNER).build();
            case VOTES -> LearnReply.newBuilder().setRole(Role.VOTER).build();
            case RETIRES -> throw refused("this node still holds what it had of " + repo
                + " before it was retired; it is removed once the new members have it: try again then");
            case DELETED -> throw refused(repo + " was deleted");
            case STOPPED -> throw Status.UNAVAILABLE
                .withDescription("the replica of " + repo + " does not end; try again").asRuntimeException();
        };
    }

    UnlearnReply unlearn(RepoId repo) {
        try {
            return switch (replicas.learners().unlearn(repo)) {
                case GONE -> UnlearnReply.getDefaultInstance();
                case VOTES -> throw refused("this node is, or is named as, a voter of " + repo + ": go forward");
                case STOPPED -> throw Status.UNAVAILABLE
                    .withDescription("the replica of " + repo + " does not end; try again").asRuntimeException();
            };
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Status.UNAVAILABLE.withDescription("the node is stopping").asRuntimeException();
        }
    }

    /** What catching up has done, for a node's status. */
    static CatchUpCounts counts(CatchUpCounters.Counts now) {
        return CatchUpCounts.newBuilder().setBegun(now.begun()).setJoined(now.joined()).setSkipped(now.skipped())
            .setPulled(now.pulled()).setBytesCopied(now.bytesCopied()).setBytesResumed(now.bytesResumed())
            .setFilesCopied(now.filesCopied()).setFilesResumed(now.filesResumed()).build();
    }

    private static StatusRuntimeException refused(String why) {
        return Status.FAILED_PRECONDITION.withDescription(why).asRuntimeException();
    }
}
