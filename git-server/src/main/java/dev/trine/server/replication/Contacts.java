package dev.trine.server.replication;

import dev.trine.common.model.Member;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which peers could be reached lately, as this node saw it, and what they were seen to have. */
final class Contacts {
    private final Timeouts timeouts;
    private final Map<Member, Long> heardAt = new HashMap<>();
    private final Map<Member, Long> missedAt = new HashMap<>();
    private final Map<Member, Withdrawal.Cause> withdrawn = new HashMap<>();
    private final Map<Member, Long> committed = new HashMap<>();

    Contacts(Timeouts timeouts) {
        this.timeouts = timeouts;
    }

    void heard(Member peer, long now) {
        heardAt.put(peer, now);
        missedAt.remove(peer);
        withdrawn.remove(peer);
    }

    /** It answers, but only to say that it takes no part. */
    void withdrew(Member peer, Withdrawal.Cause cause, long now) {
        missedAt.put(peer, now);
        withdrawn.put(peer, cause);
    }

    void missed(Member peer, long now) {
        missedAt.put(peer, now);
    }

    /** A peer said that it has committed that much, or its word brought this node's committed version there. */
    void taught(Member peer, long version) {
        committed.merge(peer, version, Math::max);
    }

    /** Whether the peer is known to have that version committed. */
    boolean has(Member peer, long version) {
        return committed.getOrDefault(peer, 0L) >= version;
    }

    /** Whether this node itself found that peer unreachable, and has not heard of it since. */
    boolean isUnreachable(Member peer, long now) {
        Long missed = missedAt.get(peer);
        return missed != null && now - missed < timeouts.leaseMillis();
    }

    /** Why no quorum could be had, or no lock. */
    String obstacle(List<Member> peers, long now) {
        List<Member> absent = peers.stream().filter(peer -> isSilent(peer, now)).toList();
        List<Member> silent = absent.stream().filter(peer -> !withdrawn.containsKey(peer)).toList();
        String names = silent.stream().map(member -> member.node().value()).collect(Collectors.joining(" and "));
        String who = Stream.concat(
            silent.isEmpty() ? Stream.of() : Stream.of(names + (silent.size() > 1 ? " do" : " does") + " not answer"),
            absent.stream().filter(withdrawn::containsKey).map(peer -> peer.node()
                + " has withdrawn its replica: " + withdrawn.get(peer).text())).collect(Collectors.joining(", "));
        if (absent.size() == peers.size()) {
            return "no quorum: " + who;
        }
        return absent.isEmpty() ? "the write lock could not be had in time"
            : "the write lock could not be had in time, " + who;
    }

    private boolean isSilent(Member peer, long now) {
        Long heard = heardAt.get(peer);
        return missedAt.containsKey(peer) || heard == null || now - heard > timeouts.contactMillis();
    }
}
