package dev.trine.server.replica;

import dev.trine.common.model.ProbeAnswer;
import dev.trine.common.model.PushId;
import dev.trine.common.model.RepoId;
import dev.trine.common.wire.Wire;
import dev.trine.proto.Append;
import dev.trine.proto.AppendAck;
import dev.trine.proto.AppendGap;
import dev.trine.proto.AppendNack;
import dev.trine.proto.AppendObjects;
import dev.trine.proto.Commit;
import dev.trine.proto.FetchLog;
import dev.trine.proto.Lock;
import dev.trine.proto.LockGranted;
import dev.trine.proto.LockLeased;
import dev.trine.proto.LockRefused;
import dev.trine.proto.LogChanged;
import dev.trine.proto.LogChunk;
import dev.trine.proto.Moved;
import dev.trine.proto.NotMember;
import dev.trine.proto.Probe;
import dev.trine.proto.PullHint;
import dev.trine.proto.Release;
import dev.trine.proto.Renew;
import dev.trine.proto.RenewReply;
import dev.trine.proto.Resolve;
import dev.trine.proto.ResolveReply;
import dev.trine.proto.Withdrawn;
import dev.trine.server.replication.Envelope;
import dev.trine.server.replication.Logged;
import dev.trine.server.replication.PeerMessage;
import dev.trine.server.replication.Withdrawal;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Translates protocol messages to the wire and back. What comes from the wire is bounded and checked: malformed
 * messages throw IllegalArgumentException, which the caller sees as INVALID_ARGUMENT.
 */
final class PeerMessages {
    private static final int ENTRIES_MAX = 10_000;
    private static final int MISSING_MAX = 10_000;
    private static final String NO_REPO = "0".repeat(32);

    private PeerMessages() {
    }

    /** A message that any node answers at once, whoever it is and whatever it holds. */
    static dev.trine.proto.PeerMessage ping() {
        return dev.trine.proto.PeerMessage.newBuilder().setRepoId(NO_REPO).setProbe(Probe.getDefaultInstance()).build();
    }

    /** The answer to a probe. */
    static dev.trine.proto.PeerMessage toProto(RepoId repo, long probeId, ProbeAnswer answer, boolean compacting) {
        return dev.trine.proto.PeerMessage.newBuilder().setRepoId(repo.value()).setGeneration(answer.generation())
            .setSender(Wire.toProto(answer.from())).setProbeReply(Wire.toProto(answer).toBuilder().setProbeId(probeId)
                .setCompacting(compacting)).build();
    }

    static dev.trine.proto.PeerMessage toProto(Envelope envelope) {
        var proto = dev.trine.proto.PeerMessage.newBuilder().setRepoId(envelope.repo().value())
            .setGeneration(envelope.generation()).setSender(Wire.toProto(envelope.sender()))
            .setTarget(Wire.toProto(envelope.target()));
        fill(proto, envelope.payload());
        return proto.build();
    }

    static Envelope fromProto(dev.trine.proto.PeerMessage proto) {
        if (proto.getGeneration() < 0) {
            throw new IllegalArgumentException("a generation below zero");
        }
        if (!proto.hasSender() || !proto.hasTarget()) {
            throw new IllegalArgumentException("a protocol message without sender or target");
        }
        return new Envelope(new RepoId(proto.getRepoId()), proto.getGeneration(), Wire.fromProto(proto.getSender()),
            Wire.fromProto(proto.getTarget()), payload(proto));
    }

    private static void fill(dev.trine.proto.PeerMessage.Builder proto, PeerMessage payload) {
        switch (payload) {
            case PeerMessage.Lock m ->
                proto.setLock(Lock.newBuilder().setEpoch(Wire.toProto(m.epoch())).setPreempt(m.preempt()));
            case PeerMessage.Granted m -> proto.setLockGranted(LockGranted.newBuilder()
                .setEpoch(Wire.toProto(m.epoch())).setLast(Wire.toProto(m.last()))
                .setCommitted(Wire.toProto(m.committed())).setBase(Wire.toProto(m.base())));
            case PeerMessage.Refused m -> proto.setLockRefused(LockRefused.newBuilder()
                .setEpoch(Wire.toProto(m.epoch())).setPromised(Wire.toProto(m.promised())));
            case PeerMessage.Leased m -> proto.setLockLeased(LockLeased.newBuilder().setEpoch(Wire.toProto(m.epoch()))
                .setHolder(Wire.toProto(m.holder())).setHolderEpoch(Wire.toProto(m.holderEpoch()))
                .setRemainingMs((int) Math.clamp(m.remainingMillis(), 0, Integer.MAX_VALUE)));
            case PeerMessage.FetchLog m -> proto.setFetchLog(FetchLog.newBuilder().setEpoch(Wire.toProto(m.epoch()))
                .setFromVersion(m.fromVersion()).setExpectLast(Wire.toProto(m.expectLast())));
            case PeerMessage.LogChunk m -> proto.setLogChunk(LogChunk.newBuilder().setEpoch(Wire.toProto(m.epoch()))
                .addAllEntries(toProto(m.entries())).setLast(Wire.toProto(m.last())));
            case PeerMessage.LogChanged m ->
                proto.setLogChanged(LogChanged.newBuilder().setEpoch(Wire.toProto(m.epoch())));
            case PeerMessage.Append m -> proto.setAppend(Append.newBuilder().setEpoch(Wire.toProto(m.epoch()))
                .setPrevious(Wire.toProto(m.previous())).addAllEntries(toProto(m.entries()))
                .setCommitted(Wire.toProto(m.committed())).setRound(m.round()));
            case PeerMessage.Ack m -> proto.setAppendAck(AppendAck.newBuilder().setEpoch(Wire.toProto(m.epoch()))
                .setMatched(m.matched()).setRound(m.round()));
            case PeerMessage.Nack m -> proto.setAppendNack(AppendNack.newBuilder().setEpoch(Wire.toProto(m.epoch()))
                .setPromised(Wire.toProto(m.promised())));
            case PeerMessage.Gap m -> proto.setAppendGap(AppendGap.newBuilder().setEpoch(Wire.toProto(m.epoch()))
                .setLast(Wire.toProto(m.last())).setCommitted(Wire.toProto(m.committed())));
            case PeerMessage.ObjectsMissing m -> proto.setAppendObjects(AppendObjects.newBuilder()
                .setEpoch(Wire.toProto(m.epoch()))
                .addAllMissingPushIds(m.pushes().stream().map(PushId::value).sorted().toList()));
            case PeerMessage.Commit m -> proto.setCommit(Commit.newBuilder().setPosition(Wire.toProto(m.position())));
            case PeerMessage.Renew m -> proto.setRenew(Renew.newBuilder().setEpoch(Wire.toProto(m.epoch())));
            case PeerMessage.RenewReply m ->
                proto.setRenewReply(RenewReply.newBuilder().setEpoch(Wire.toProto(m.epoch())).setOk(m.ok()));
            case PeerMessage.Release m -> proto.setRelease(Release.newBuilder().setEpoch(Wire.toProto(m.epoch())));
            case PeerMessage.Moved m -> proto.setMoved(Moved.newBuilder().setGeneration(m.generation())
                .addAllMembers(m.members().stream().map(Wire::toProto).toList()));
            case PeerMessage.NotMember m -> proto.setNotMember(NotMember.newBuilder().setRole(Wire.toProto(m.role())));
            case PeerMessage.PullHint m ->
                proto.setPullHint(PullHint.newBuilder().setCommitted(Wire.toProto(m.committed())));
            case PeerMessage.Withdrawn m -> proto.setWithdrawn(Withdrawn.newBuilder().setCause(toProto(m.cause())));
            case PeerMessage.Resolve m -> proto.setResolve(Resolve.newBuilder().setPushId(m.push().value()));
            case PeerMessage.ResolveReply m -> proto.setResolveReply(ResolveReply.newBuilder()
                .setPushId(m.push().value()).setResult(PushResults.toProto(m.outcome())));
        }
    }

    private static PeerMessage payload(dev.trine.proto.PeerMessage proto) {
        return switch (proto.getKindCase()) {
            case LOCK -> new PeerMessage.Lock(Wire.fromProto(proto.getLock().getEpoch()), proto.getLock().getPreempt());
            case LOCK_GRANTED -> granted(proto.getLockGranted());
            case LOCK_REFUSED -> new PeerMessage.Refused(Wire.fromProto(proto.getLockRefused().getEpoch()),
                Wire.fromProto(proto.getLockRefused().getPromised()));
            case LOCK_LEASED -> leased(proto.getLockLeased());
            case FETCH_LOG -> fetchLog(proto.getFetchLog());
            case LOG_CHUNK -> new PeerMessage.LogChunk(Wire.fromProto(proto.getLogChunk().getEpoch()),
                entries(proto.getLogChunk().getEntriesList()), Wire.fromProto(proto.getLogChunk().getLast()));
            case LOG_CHANGED -> new PeerMessage.LogChanged(Wire.fromProto(proto.getLogChanged().getEpoch()));
            case APPEND -> append(proto.getAppend());
            case APPEND_ACK -> new PeerMessage.Ack(Wire.fromProto(proto.getAppendAck().getEpoch()),
                version(proto.getAppendAck().getMatched()), proto.getAppendAck().getRound());
            case APPEND_NACK -> new PeerMessage.Nack(Wire.fromProto(proto.getAppendNack().getEpoch()),
                Wire.fromProto(proto.getAppendNack().getPromised()));
            case APPEND_GAP -> new PeerMessage.Gap(Wire.fromProto(proto.getAppendGap().getEpoch()),
                Wire.fromProto(proto.getAppendGap().getLast()), Wire.fromProto(proto.getAppendGap().getCommitted()));
            case APPEND_OBJECTS -> missing(proto.getAppendObjects());
            case COMMIT -> new PeerMessage.Commit(Wire.fromProto(proto.getCommit().getPosition()));
            case RENEW -> new PeerMessage.Renew(Wire.fromProto(proto.getRenew().getEpoch()));
            case RENEW_REPLY -> new PeerMessage.RenewReply(Wire.fromProto(proto.getRenewReply().getEpoch()),
                proto.getRenewReply().getOk());
            case RELEASE -> new PeerMessage.Release(Wire.fromProto(proto.getRelease().getEpoch()));
            case MOVED -> new PeerMessage.Moved(version(proto.getMoved().getGeneration()),
                LogEntries.members(proto.getMoved().getMembersList()));
            case NOT_MEMBER -> new PeerMessage.NotMember(Wire.fromProto(proto.getNotMember().getRole()));
            case PULL_HINT -> new PeerMessage.PullHint(Wire.fromProto(proto.getPullHint().getCommitted()));
            case WITHDRAWN -> new PeerMessage.Withdrawn(cause(proto.getWithdrawn().getCause()));
            case RESOLVE -> new PeerMessage.Resolve(new PushId(proto.getResolve().getPushId()));
            case RESOLVE_REPLY -> new PeerMessage.ResolveReply(new PushId(proto.getResolveReply().getPushId()),
                PushResults.fromProto(proto.getResolveReply().getResult()));
            case PROBE, PROBE_REPLY, KIND_NOT_SET ->
                throw new IllegalArgumentException("not a protocol message between members: " + proto.getKindCase());
        };
    }

    private static Withdrawn.Cause toProto(Withdrawal.Cause cause) {
        return switch (cause) {
            case CORRUPT -> Withdrawn.Cause.CORRUPT;
            case MISSING -> Withdrawn.Cause.MISSING;
            case READ_ERROR -> Withdrawn.Cause.READ_ERROR;
            case WRITE_ERROR -> Withdrawn.Cause.WRITE_ERROR;
            case DISK_FULL -> Withdrawn.Cause.DISK_FULL;
            case OPERATOR -> Withdrawn.Cause.OPERATOR;
        };
    }

    /** A cause that this version does not know is an operator's business, as is any that is not the storage's. */
    private static Withdrawal.Cause cause(Withdrawn.Cause cause) {
        return switch (cause) {
            case CORRUPT -> Withdrawal.Cause.CORRUPT;
            case MISSING -> Withdrawal.Cause.MISSING;
            case READ_ERROR -> Withdrawal.Cause.READ_ERROR;
            case WRITE_ERROR -> Withdrawal.Cause.WRITE_ERROR;
            case DISK_FULL -> Withdrawal.Cause.DISK_FULL;
            case OPERATOR, CAUSE_UNSPECIFIED, UNRECOGNIZED -> Withdrawal.Cause.OPERATOR;
        };
    }

    private static PeerMessage granted(LockGranted m) {
        return new PeerMessage.Granted(Wire.fromProto(m.getEpoch()), Wire.fromProto(m.getLast()),
            Wire.fromProto(m.getCommitted()), Wire.fromProto(m.getBase()));
    }

    private static PeerMessage leased(LockLeased m) {
        return new PeerMessage.Leased(Wire.fromProto(m.getEpoch()), Wire.fromProto(m.getHolder()),
            Wire.fromProto(m.getHolderEpoch()), Integer.toUnsignedLong(m.getRemainingMs()));
    }

    private static PeerMessage fetchLog(FetchLog m) {
        return new PeerMessage.FetchLog(Wire.fromProto(m.getEpoch()), version(m.getFromVersion()),
            Wire.fromProto(m.getExpectLast()));
    }

    private static PeerMessage append(Append m) {
        return new PeerMessage.Append(Wire.fromProto(m.getEpoch()), Wire.fromProto(m.getPrevious()),
            entries(m.getEntriesList()), Wire.fromProto(m.getCommitted()), m.getRound());
    }

    private static PeerMessage missing(AppendObjects m) {
        LogEntries.bounded(m.getMissingPushIdsCount(), MISSING_MAX, "missing pushes");
        return new PeerMessage.ObjectsMissing(Wire.fromProto(m.getEpoch()),
            m.getMissingPushIdsList().stream().map(PushId::new).collect(Collectors.toSet()));
    }

    private static List<dev.trine.proto.LogEntry> toProto(List<Logged> entries) {
        return entries.stream().map(LogEntries::toProto).toList();
    }

    private static List<Logged> entries(List<dev.trine.proto.LogEntry> entries) {
        LogEntries.bounded(entries.size(), ENTRIES_MAX, "log entries");
        return entries.stream().map(LogEntries::fromProto).toList();
    }

    private static long version(long number) {
        if (number < 0) {
            throw new IllegalArgumentException("a number below zero: " + Long.toUnsignedString(number));
        }
        return number;
    }
}
