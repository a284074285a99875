package dev.trine.server.replication;

import dev.trine.common.model.Epoch;
import dev.trine.common.model.Member;
import dev.trine.common.model.PackName;
import dev.trine.common.model.Position;
import dev.trine.common.model.ProbeAnswer;
import dev.trine.common.model.PushId;
import dev.trine.common.model.RefUpdate;
import dev.trine.common.model.RefValue;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** How a voter treats the requests of contenders and lock holders, all of them members of the generation in force. */
final class Follower {
    private final ReplicaLog log;
    private final Lease lease;
    private final Outbox outbox;
    private final StagedPushes staged;
    private final Timeouts timeouts;

    Follower(ReplicaLog log, Lease lease, Outbox outbox, StagedPushes staged, Timeouts timeouts) {
        this.log = log;
        this.lease = lease;
        this.outbox = outbox;
        this.staged = staged;
        this.timeouts = timeouts;
    }

    /** Promises the epoch, unless it is too low or somebody else has a lease. */
    void lock(Member from, PeerMessage.Lock lock, long now) {
        Epoch epoch = lock.epoch();
        Optional<ProbeAnswer.Lease> other = lease.current(now).filter(l -> !l.holder().equals(from));
        if (!epoch.isAfter(log.promised())) {
            reply(from, epoch, new PeerMessage.Refused(epoch, log.promised()));
        } else if (other.isPresent() && !lock.preempt()) {
            reply(from, epoch, new PeerMessage.Leased(epoch, other.get().holder(), other.get().epoch(),
                lease.remaining(now)));
        } else {
            log.promise(epoch);
            lease.grant(from, epoch, now + timeouts.tentativeLeaseMillis());
            reply(from, epoch, new PeerMessage.Granted(epoch, log.last(), log.committed(), log.state().base()));
        }
    }

    /** Serves log entries as long as nothing has changed since the grant. */
    void fetchLog(Member from, PeerMessage.FetchLog fetch) {
        Epoch epoch = fetch.epoch();
        if (!log.promised().equals(epoch) || !log.last().equals(fetch.expectLast())) {
            reply(from, epoch, new PeerMessage.LogChanged(epoch));
        } else if (fetch.fromVersion() <= log.state().base().version() || fetch.fromVersion() > log.last().version()) {
            reply(from, epoch, new PeerMessage.LogChunk(epoch, List.of(), log.last()));
        } else {
            List<Logged> entries = log.tail().from(fetch.fromVersion(), timeouts.chunkEntries());
            reply(from, epoch, new PeerMessage.LogChunk(epoch, entries, log.last()));
        }
    }

    /**
     * Stores entries, as far as their objects are here, and acknowledges what was compared. Returns whether the sender
     * has the lock.
     */
    boolean append(Member from, PeerMessage.Append append, long now) {
        Epoch epoch = append.epoch();
        Position previous = append.previous();
        if (epoch.isBefore(log.promised()) || contradicts(append)) {
            reply(from, epoch, new PeerMessage.Nack(epoch, log.promised()));
            return false;
        }
        if (!follows(previous)) {
            reply(from, epoch, new PeerMessage.Gap(epoch, log.last(), log.committed()));
            return true;
        }
        List<Logged> fresh = unknown(append.entries());
        Set<PushId> missing = missing(fresh);
        List<Logged> stored = upToMissing(fresh, missing);
        if (epoch.isAfter(log.promised())) {
            log.promise(epoch);
        }
        if (!stored.isEmpty()) {
            log.store(stored);
        }
        log.advance(append.committed());
        if (!log.votesIn(epoch.generation())) {
            outbox.send(from, log.state().generation(),
                new PeerMessage.Moved(log.state().generation(), log.state().members()));
            return true;
        }
        lease.grant(from, epoch, now + timeouts.leaseMillis());
        long compared = append.entries().isEmpty() ? previous.version() : append.entries().getLast().version();
        long matched = missing.isEmpty() ? compared
            : stored.isEmpty() ? fresh.getFirst().version() - 1 : stored.getLast().version();
        reply(from, epoch, new PeerMessage.Ack(epoch, matched, append.round()));
        if (!missing.isEmpty()) {
            reply(from, epoch, new PeerMessage.ObjectsMissing(epoch, missing));
        }
        return true;
    }

    void renew(Member from, PeerMessage.Renew renew, long now) {
        boolean stands = log.promised().equals(renew.epoch());
        if (stands) {
            lease.grant(from, renew.epoch(), now + timeouts.leaseMillis());
        }
        reply(from, renew.epoch(), new PeerMessage.RenewReply(renew.epoch(), stands));
    }

    void release(PeerMessage.Release release) {
        if (log.promised().equals(release.epoch())) {
            lease.release(release.epoch());
        }
    }

    /** Pushes among the entries whose objects are not durable here; deletions and symbolic refs need none. */
    Set<PushId> missing(List<Logged> entries) {
        Set<PushId> missing = new LinkedHashSet<>();
        for (Logged entry : entries) {
            if (entry.entry() instanceof LogEntry.Push push
                && !hasObjects(push.pushId(), push.updates(), push.packs())) {
                missing.add(push.pushId());
            }
        }
        return missing;
    }

    /** Whether all that a push brings is durable here. */
    boolean hasObjects(PushId push, List<RefUpdate> updates, List<PackName> packs) {
        boolean brings = !packs.isEmpty() || updates.stream().map(RefUpdate::newValue).flatMap(Optional::stream)
            .anyMatch(RefValue.Direct.class::isInstance);
        return !brings || staged.isStaged(push, packs);
    }

    /** The entries from the first that this log does not have. */
    List<Logged> unknown(List<Logged> entries) {
        int known = 0;
        while (known < entries.size() && (entries.get(known).version() <= log.committed().version()
            || holdsSame(entries.get(known)))) {
            known++;
        }
        return entries.subList(known, entries.size());
    }

    private boolean holdsSame(Logged entry) {
        if (!log.tail().holds(entry.position())) {
            return false;
        }
        BrokenInvariant.check(log.tail().chainAt(entry.version()).equals(entry.chain()),
            "equal positions, equal logs", entry.position());
        return true;
    }

    /** Whether the sender's log differs from what is committed here: it was deposed and has not noticed. */
    private boolean contradicts(PeerMessage.Append append) {
        return differsBelowCommitted(append.previous())
            || append.entries().stream().anyMatch(entry -> differsBelowCommitted(entry.position()));
    }

    private boolean differsBelowCommitted(Position theirs) {
        return theirs.version() >= log.state().base().version() && theirs.version() <= log.committed().version()
            && !log.tail().holds(theirs);
    }

    private boolean follows(Position previous) {
        return previous.version() < log.state().base().version() || log.tail().holds(previous);
    }

    private static List<Logged> upToMissing(List<Logged> entries, Set<PushId> missing) {
        List<Logged> stored = new ArrayList<>();
        for (Logged entry : entries) {
            if (entry.entry() instanceof LogEntry.Push push && missing.contains(push.pushId())) {
                break;
            }
            stored.add(entry);
        }
        return stored;
    }

    private void reply(Member to, Epoch epoch, PeerMessage message) {
        outbox.send(to, epoch.generation(), message);
    }
}
