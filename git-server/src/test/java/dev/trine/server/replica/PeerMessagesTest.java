package dev.trine.server.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.trine.common.model.Epoch;
import dev.trine.common.model.Incarnation;
import dev.trine.common.model.Member;
import dev.trine.common.model.NodeId;
import dev.trine.common.model.ObjectName;
import dev.trine.common.model.PackName;
import dev.trine.common.model.Position;
import dev.trine.common.model.PushId;
import dev.trine.common.model.PushOutcome;
import dev.trine.common.model.RefName;
import dev.trine.common.model.RefRejection;
import dev.trine.common.model.RefUpdate;
import dev.trine.common.model.RefValue;
import dev.trine.common.model.RepoId;
import dev.trine.common.model.Role;
import dev.trine.proto.Append;
import dev.trine.proto.Lock;
import dev.trine.proto.PeerMessage.KindCase;
import dev.trine.server.replication.Chain;
import dev.trine.server.replication.Envelope;
import dev.trine.server.replication.LogEntry;
import dev.trine.server.replication.Logged;
import dev.trine.server.replication.PeerMessage;
import dev.trine.server.replication.Withdrawal;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the nodes say to each other survives the wire; nonsense does not pass it. */
class PeerMessagesTest {
    private static final RepoId REPO = new RepoId("ab".repeat(16));
    private static final Member A = new Member(new NodeId("n1"), new Incarnation("01".repeat(16)));
    private static final Member B = new Member(new NodeId("n2"), new Incarnation("02".repeat(16)));
    private static final Epoch EPOCH = new Epoch(3, 1L << 40, 2);
    private static final Position AT = new Position(77, new Epoch(3, 9, 1));
    private static final Position LATER = new Position(78, EPOCH);
    private static final PushId PUSH = new PushId("0f".repeat(16));
    private static final ObjectName ONE = new ObjectName("1".repeat(40));
    private static final ObjectName TWO = new ObjectName("2".repeat(40));

    static Stream<PeerMessage> everyMessage() {
        RefUpdate create = new RefUpdate(new RefName("refs/tags/v1"), Optional.empty(),
            Optional.of(new RefValue.Direct(ONE, Optional.of(TWO))));
        RefUpdate delete = new RefUpdate(new RefName("refs/heads/ä"), Optional.of(new RefValue.Direct(TWO)),
            Optional.empty());
        RefUpdate head = new RefUpdate(RefName.HEAD, Optional.of(new RefValue.Symbolic(new RefName("refs/heads/a"))),
            Optional.of(new RefValue.Symbolic(new RefName("refs/heads/b"))));
        Chain chain = new Chain("5c".repeat(32));
        List<Logged> entries = List.of(
            new Logged(new LogEntry.Push(AT, PUSH, List.of(create, delete, head),
                List.of(new PackName("a".repeat(40)), new PackName("b".repeat(40)))), chain),
            new Logged(new LogEntry.Noop(LATER), chain),
            new Logged(new LogEntry.Abort(LATER, PUSH), chain),
            new Logged(new LogEntry.Seal(LATER, List.of(A, B)), chain),
            new Logged(new LogEntry.Seal(LATER, List.of()), chain));
        return Stream.of(
            new PeerMessage.Lock(EPOCH, true),
            new PeerMessage.Lock(EPOCH, false),
            new PeerMessage.Granted(EPOCH, LATER, AT, Position.START),
            new PeerMessage.Refused(EPOCH, LATER.epoch()),
            new PeerMessage.Leased(EPOCH, B, AT.epoch(), 4_999),
            new PeerMessage.FetchLog(EPOCH, 12, LATER),
            new PeerMessage.LogChunk(EPOCH, entries, LATER),
            new PeerMessage.LogChunk(EPOCH, List.of(), LATER),
            new PeerMessage.LogChanged(EPOCH),
            new PeerMessage.Append(EPOCH, AT, entries, Position.START, 6),
            new PeerMessage.Append(EPOCH, AT, List.of(), AT, 1L << 50),
            new PeerMessage.Ack(EPOCH, 78, 6),
            new PeerMessage.Nack(EPOCH, LATER.epoch()),
            new PeerMessage.Gap(EPOCH, LATER, AT),
            new PeerMessage.ObjectsMissing(EPOCH, Set.of(PUSH, new PushId("00".repeat(16)))),
            new PeerMessage.Commit(AT),
            new PeerMessage.Renew(EPOCH),
            new PeerMessage.RenewReply(EPOCH, true),
            new PeerMessage.RenewReply(EPOCH, false),
            new PeerMessage.Release(EPOCH),
            new PeerMessage.Moved(4, List.of(A, B)),
            new PeerMessage.NotMember(Role.UNKNOWN),
            new PeerMessage.NotMember(Role.LEARNER),
            new PeerMessage.PullHint(AT),
            new PeerMessage.Withdrawn(Withdrawal.Cause.DISK_FULL),
            new PeerMessage.Resolve(PUSH),
            new PeerMessage.ResolveReply(PUSH, new PushOutcome.Committed(AT, List.of(A.node(), B.node()))),
            new PeerMessage.ResolveReply(PUSH, new PushOutcome.Rejected(AT, Arrays.stream(RefRejection.Reason.values())
                .map(reason -> new RefRejection(new RefName("refs/heads/a"), reason)).toList())),
            new PeerMessage.ResolveReply(PUSH, new PushOutcome.NotApplied("aborted")),
            new PeerMessage.ResolveReply(PUSH, new PushOutcome.Indeterminate("nobody answers")),
            new PeerMessage.ResolveReply(PUSH, new PushOutcome.Refused("no quorum")));
    }

    @ParameterizedTest
    @MethodSource("everyMessage")
    void everyMessageComesBackAsItWas(PeerMessage message) throws InvalidProtocolBufferException {
        Envelope sent = new Envelope(REPO, 3, A, B, message);
        byte[] wire = PeerMessages.toProto(sent).toByteArray();
        assertThat(PeerMessages.fromProto(dev.trine.proto.PeerMessage.parseFrom(wire))).isEqualTo(sent);
    }

    @Test
    void everyKindOfMessageIsAmongTheExamples() {
        Set<KindCase> seen = everyMessage().map(message -> PeerMessages.toProto(new Envelope(REPO, 3, A, B, message))
            .getKindCase()).collect(Collectors.toSet());
        assertThat(seen).containsExactlyInAnyOrderElementsOf(Arrays.stream(KindCase.values())
            .filter(kind -> !Set.of(KindCase.PROBE, KindCase.PROBE_REPLY, KindCase.KIND_NOT_SET).contains(kind))
            .toList());
    }

    static Stream<Consumer<dev.trine.proto.PeerMessage.Builder>> damages() {
        return Stream.of(
            proto -> proto.setRepoId("../x"),
            proto -> proto.setGeneration(-1),
            proto -> proto.clearSender(),
            proto -> proto.clearTarget(),
            proto -> proto.getSenderBuilder().setNode("N1"),
            proto -> proto.getTargetBuilder().setIncarnation("short"),
            proto -> proto.clearKind(),
            proto -> proto.setProbe(dev.trine.proto.Probe.getDefaultInstance()),
            proto -> proto.setLock(Lock.newBuilder().setEpoch(epoch().setSlot(3))),
            proto -> proto.setLock(Lock.newBuilder().setEpoch(epoch().setCounter(-1))),
            proto -> append(proto, entry -> entry.getPositionBuilder().setVersion(-1)),
            proto -> append(proto, entry -> entry.setPushId("")),
            proto -> append(proto, entry -> entry.clearUpdates()),
            proto -> append(proto, entry -> entry.addPacks("../../pack")),
            proto -> append(proto, entry -> entry.setChain(ByteString.copyFrom(new byte[31]))),
            proto -> append(proto, entry -> entry.clearKind()),
            proto -> append(proto, entry -> entry.setKindValue(99)),
            proto -> append(proto, entry -> entry.getUpdatesBuilder(0).setName("refs/heads/a..b")),
            proto -> append(proto, entry -> entry.getUpdatesBuilder(0).clearNewValue().clearOldValue()),
            proto -> append(proto, entry -> entry.getUpdatesBuilder(0).getNewValueBuilder()
                .setObjectId(ByteString.copyFrom(new byte[19]))),
            proto -> append(proto, entry -> entry.setKind(dev.trine.proto.LogEntry.Kind.SEAL)
                .addNextMembers(proto.getSender()).addNextMembers(proto.getSender())
                .addNextMembers(proto.getSender()).addNextMembers(proto.getSender())));
    }

    @ParameterizedTest
    @MethodSource("damages")
    void malformedMessagesAreRefused(Consumer<dev.trine.proto.PeerMessage.Builder> damage) {
        dev.trine.proto.PeerMessage.Builder proto =
            PeerMessages.toProto(new Envelope(REPO, 3, A, B, new PeerMessage.Commit(AT))).toBuilder();
        PeerMessages.fromProto(proto.build());
        damage.accept(proto);
        assertThatThrownBy(() -> PeerMessages.fromProto(proto.build())).isInstanceOf(IllegalArgumentException.class);
    }

    private static dev.trine.proto.Epoch.Builder epoch() {
        return dev.trine.proto.Epoch.newBuilder().setGeneration(1).setCounter(1);
    }

    private static void append(dev.trine.proto.PeerMessage.Builder proto,
                               Consumer<dev.trine.proto.LogEntry.Builder> damage) {
        RefUpdate update = new RefUpdate(new RefName("refs/heads/a"), Optional.empty(),
            Optional.of(new RefValue.Direct(ONE)));
        dev.trine.proto.LogEntry.Builder entry = LogEntries.toProto(
            new Logged(new LogEntry.Push(AT, PUSH, List.of(update), List.of()), Chain.START)).toBuilder();
        damage.accept(entry);
        proto.setAppend(Append.newBuilder().setEpoch(epoch()).addEntries(entry));
    }
}
