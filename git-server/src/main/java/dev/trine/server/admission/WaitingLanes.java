package dev.trine.server.admission;

import dev.trine.server.hosting.Lane;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The claims that wait, and in which order they are served: kinds of callers by weight (stride scheduling), the users
 * of a kind one after the other, the claims of a user as they came. Pure.
 */
final class WaitingLanes {
    private final Map<Lane.Kind, Kind> kinds = new EnumMap<>(Lane.Kind.class);
    /** How far the kind has got that was served last: one that waited for nothing meanwhile saves nothing up. */
    private long now;

    WaitingLanes() {
        for (Lane.Kind kind : Lane.Kind.values()) {
            kinds.put(kind, new Kind());
        }
    }

    /** One claimant's wish for a piece of work. */
    record Claim(Ticket ticket, Claimant who) {
    }

    /** The users of a kind, in the order in which they are served next. */
    private static final class Kind {
        private final LinkedHashMap<Lane, Deque<Claim>> lanes = new LinkedHashMap<>();
        private long pass;
    }

    /** One that has the same claims in the same order. */
    WaitingLanes copy() {
        WaitingLanes copy = new WaitingLanes();
        copy.now = now;
        kinds.forEach((kind, from) -> {
            Kind to = copy.kinds.get(kind);
            to.pass = from.pass;
            from.lanes.forEach((lane, claims) -> to.lanes.put(lane, new ArrayDeque<>(claims)));
        });
        return copy;
    }

    void add(Ticket ticket, Claimant who) {
        Kind kind = kinds.get(who.lane().kind());
        if (kind.lanes.isEmpty()) {
            kind.pass = Math.max(kind.pass, now);
        }
        kind.lanes.computeIfAbsent(who.lane(), lane -> new ArrayDeque<>()).add(new Claim(ticket, who));
    }

    /** Claims of one user. */
    int count(Lane lane) {
        return kinds.get(lane.kind()).lanes.getOrDefault(lane, new ArrayDeque<>()).size();
    }

    /** Takes all claims for a piece of work out. */
    void remove(Ticket ticket) {
        for (Claimant who : ticket.claimants()) {
            Map<Lane, Deque<Claim>> lanes = kinds.get(who.lane().kind()).lanes;
            Deque<Claim> claims = lanes.get(who.lane());
            if (claims != null) {
                claims.removeIf(claim -> claim.ticket() == ticket);
                if (claims.isEmpty()) {
                    lanes.remove(who.lane());
                }
            }
        }
    }

    /** Takes the work out that is next among what may be done now; empty: there is none. */
    Optional<Claim> next(Predicate<Claimant> mayRun, Weights weights) {
        List<Lane.Kind> order = Stream.of(Lane.Kind.values())
            .sorted(Comparator.comparingLong(kind -> kinds.get(kind).pass)).toList();
        for (Lane.Kind kind : order) {
            Optional<Claim> claim = next(kinds.get(kind), mayRun);
            if (claim.isPresent()) {
                Kind served = kinds.get(kind);
                now = Math.max(now, served.pass);
                served.pass += weights.cost(kind);
                return claim;
            }
        }
        return Optional.empty();
    }

    private Optional<Claim> next(Kind kind, Predicate<Claimant> mayRun) {
        for (Map.Entry<Lane, Deque<Claim>> lane : kind.lanes.entrySet()) {
            Optional<Claim> claim = first(lane.getValue(), mayRun);
            if (claim.isPresent()) {
                toTheEnd(kind, lane.getKey());
                remove(claim.get().ticket());
                return claim;
            }
        }
        return Optional.empty();
    }

    private static Optional<Claim> first(Deque<Claim> claims, Predicate<Claimant> mayRun) {
        for (Iterator<Claim> each = claims.iterator(); each.hasNext();) {
            Claim claim = each.next();
            if (mayRun.test(claim.who())) {
                return Optional.of(claim);
            }
        }
        return Optional.empty();
    }

    private static void toTheEnd(Kind kind, Lane lane) {
        Deque<Claim> claims = kind.lanes.remove(lane);
        kind.lanes.put(lane, claims);
    }
}
