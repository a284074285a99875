package dev.trine.server.durability;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.trine.common.model.Epoch;
import dev.trine.common.model.Position;
import dev.trine.common.model.RepoId;
import dev.trine.common.wire.Wire;
import dev.trine.proto.Append;
import dev.trine.proto.PeerMessage;
import dev.trine.proto.ReplicaDescription;
import dev.trine.proto.Role;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a node has said of itself so far, to peers, routers and clients: from the first byte of it on, its disk must
 * show it whatever happens. Each call of the network layer is taken as said when it was about to leave.
 */
final class Claims {
    private static final Pattern DURABLE = Pattern.compile("trine: version (\\d+) durable on ");
    /** A repository; a ping names one of zeros only. */
    private static final Pattern REPO = Pattern.compile("(?!0{32})[0-9a-f]{32}");

    private final String node;
    private final Map<RepoId, Claim> byRepo = new HashMap<>();
    private String incarnation = "";
    private int pushes;
    private int messages;

    /** What the node of that name has said: nothing. */
    Claims(String node) {
        this.node = node;
    }

    /**
     * Of one repository.
     *
     * @param promised  the highest epoch that it said it promised, or that it acted in
     * @param last      the greatest last entry that it told
     * @param matched   the highest version that it acknowledged, in the epoch above
     * @param committed the highest committed version that it told
     * @param deleted   it said that the repository is deleted
     */
    record Claim(Epoch promised, Position last, Epoch matchedIn, long matched, long committed, boolean deleted) {
        private static final Claim NOTHING =
            new Claim(Epoch.NULL, Position.START, Epoch.NULL, 0, 0, false);

        Claim promise(Epoch epoch) {
            return new Claim(Epoch.max(promised, epoch), last, matchedIn, matched, committed, deleted);
        }

        Claim position(Position told, long told2) {
            return new Claim(promised, Position.max(last, told), matchedIn, matched, Math.max(committed, told2),
                deleted);
        }

        Claim acknowledge(Epoch epoch, long version) {
            boolean later = matchedIn.isBefore(epoch);
            return new Claim(Epoch.max(promised, epoch), last, later ? epoch : matchedIn,
                later ? version : Math.max(matched, version), committed, deleted);
        }

        Claim delete(boolean told) {
            return new Claim(promised, last, matchedIn, matched, committed, deleted || told);
        }
    }

    /** An unchanging copy. */
    record Said(String incarnation, int pushes, Map<RepoId, Claim> byRepo) {
    }

    Said soFar() {
        return new Said(incarnation, pushes, Map.copyOf(byRepo));
    }

    /** How many protocol messages were understood: a check that checks nothing would find none. */
    int messages() {
        return messages;
    }

    /** Takes one gRPC message that leaves the node. */
    void take(byte[] message) {
        Matcher durable = DURABLE.matcher(new String(message, StandardCharsets.ISO_8859_1));
        if (durable.find()) {
            pushes++;
            return;
        }
        try {
            PeerMessage said = PeerMessage.parseFrom(message);
            if (REPO.matcher(said.getRepoId()).matches() && said.getSender().getNode().equals(node)) {
                messages++;
                identify(said.getSender().getIncarnation());
                byRepo.merge(new RepoId(said.getRepoId()), said(Claim.NOTHING, said),
                    (before, ignored) -> said(before, said));
                return;
            }
        } catch (InvalidProtocolBufferException e) {
            // another type of message, perhaps the next
        }
        describe(message);
    }

    private void describe(byte[] message) {
        try {
            ReplicaDescription said = ReplicaDescription.parseFrom(message);
            if (said.getMember().getNode().equals(node) && said.hasLast()) {
                identify(said.getMember().getIncarnation());
            }
        } catch (InvalidProtocolBufferException e) {
            // no claim: what the node says to git, or asks others
        }
    }

    private void identify(String said) {
        if (!incarnation.isEmpty() && !incarnation.equals(said)) {
            throw new AssertionError("the node became somebody else: " + incarnation + ", " + said);
        }
        incarnation = said;
    }

    private static Claim said(Claim before, PeerMessage said) {
        return switch (said.getKindCase()) {
            case LOCK -> before.promise(Wire.fromProto(said.getLock().getEpoch()));
            case LOCK_GRANTED -> before.promise(Wire.fromProto(said.getLockGranted().getEpoch()))
                .position(Wire.fromProto(said.getLockGranted().getLast()),
                    Wire.fromProto(said.getLockGranted().getCommitted()).version());
            case LOCK_REFUSED -> before.promise(Wire.fromProto(said.getLockRefused().getPromised()));
            case LOG_CHUNK -> before.position(Wire.fromProto(said.getLogChunk().getLast()), 0);
            case APPEND -> append(before, said.getAppend());
            case APPEND_ACK -> before.acknowledge(Wire.fromProto(said.getAppendAck().getEpoch()),
                said.getAppendAck().getMatched());
            case APPEND_NACK -> before.promise(Wire.fromProto(said.getAppendNack().getPromised()));
            case APPEND_GAP -> before.position(Wire.fromProto(said.getAppendGap().getLast()),
                Wire.fromProto(said.getAppendGap().getCommitted()).version());
            // says that two nodes have the entry, this one among them, not that it shows it already
            case COMMIT -> before.position(Wire.fromProto(said.getCommit().getPosition()), 0);
            case RENEW -> before.promise(Wire.fromProto(said.getRenew().getEpoch()));
            case PROBE_REPLY -> before.promise(Wire.fromProto(said.getProbeReply().getPromised()))
                .position(Wire.fromProto(said.getProbeReply().getLast()),
                    Wire.fromProto(said.getProbeReply().getCommitted()).version())
                .delete(said.getProbeReply().getRole() == Role.DELETED);
            case PULL_HINT -> before.position(Position.START,
                Wire.fromProto(said.getPullHint().getCommitted()).version());
            default -> before;
        };
    }

    private static Claim append(Claim before, Append said) {
        return before.promise(Wire.fromProto(said.getEpoch()))
            .position(Wire.fromProto(said.getCommitted()), 0);
    }
}
