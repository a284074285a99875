package dev.trine.server.replication;

import dev.trine.common.model.Member;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Which peers could be reached lately, as this node saw it. */
final class Contacts {
    private final Timeouts timeouts;
    private final Map<Member, Long> heardAt = new HashMap<>();
    private final Map<Member, Long> missedAt = new HashMap<>();

    Contacts(Timeouts timeouts) {
        this.timeouts = timeouts;
    }

    void heard(Member peer, long now) {
        heardAt.put(peer, now);
        missedAt.remove(peer);
    }

    void missed(Member peer, long now) {
        missedAt.put(peer, now);
    }

    /** Whether this node itself found that peer unreachable, and has not heard of it since. */
    boolean isUnreachable(Member peer, long now) {
        Long missed = missedAt.get(peer);
        return missed != null && now - missed < timeouts.leaseMillis();
    }

    /** Why no quorum could be had, or no lock. */
    String obstacle(List<Member> peers, long now) {
        List<Member> silent = peers.stream().filter(peer -> isSilent(peer, now)).toList();
        String names = silent.stream().map(member -> member.node().value()).collect(Collectors.joining(" and "));
        if (silent.size() == peers.size()) {
            return "no quorum: " + names + " do not answer";
        }
        return silent.isEmpty() ? "the write lock could not be had in time"
            : "the write lock could not be had in time, " + names + " does not answer";
    }

    private boolean isSilent(Member peer, long now) {
        Long heard = heardAt.get(peer);
        return missedAt.containsKey(peer) || heard == null || now - heard > timeouts.contactMillis();
    }
}
