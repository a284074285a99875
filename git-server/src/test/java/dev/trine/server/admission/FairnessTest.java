package dev.trine.server.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.model.RepoId;
import dev.trine.server.hosting.Lane;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds however users come, go, share work and give up. A failure names its seed. */
class FairnessTest {
    private static final int STEPS = 1_500;
    private static final int USERS = 9;
    private static final int REPOSITORIES = 4;
    private static final int ADDRESSES = 5;
    private static final Weights WEIGHTS = new Weights(4, 2, 1);

    private final Map<Ticket, Wait> waits = new IdentityHashMap<>();
    private final List<Ticket> waiting = new ArrayList<>();
    private final List<Ticket> running = new ArrayList<>();
    private Random random;
    private QueueLimits limits;
    private FairQueue queue;

    /** How often each user had a turn while a ticket waited. */
    private record Wait(Claimant who, Map<Lane, Integer> served) {
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void nobodyIsStarvedNothingExceedsItsBoundAndNoTurnIsWasted(long seed) {
        random = new Random(seed);
        int turns = 1 + random.nextInt(4);
        limits = seed % 2 == 0 ? new QueueLimits(turns, turns, turns, turns, 60, 20, WEIGHTS)
            : new QueueLimits(turns, bound(turns), bound(turns), bound(turns), 60, 20, WEIGHTS);
        queue = new FairQueue(limits);
        for (int step = 0; step < STEPS; step++) {
            step();
            check();
        }
        while (!running.isEmpty()) {
            end(running.getFirst());
            check();
        }
        assertThat(waiting).isEmpty();
        assertThat(queue.waiting()).isZero();
        assertThat(queue.running()).isZero();
    }

    private int bound(int turns) {
        return 1 + random.nextInt(turns);
    }

    private void step() {
        int what = random.nextInt(20);
        if (what < 10) {
            enter(somebody());
        } else if (what < 17 && !running.isEmpty()) {
            end(running.get(random.nextInt(running.size())));
        } else if (what < 18 && !waiting.isEmpty()) {
            Ticket left = waiting.remove(random.nextInt(waiting.size()));
            waits.remove(left);
            granted(queue.leave(left));
        } else if (!waiting.isEmpty()) {
            granted(queue.claim(waiting.get(random.nextInt(waiting.size())), somebody()));
        }
    }

    /** The first user asks as often as all others together. */
    private Claimant somebody() {
        int user = random.nextBoolean() ? 0 : random.nextInt(USERS);
        Lane.Kind kind = Lane.Kind.values()[user % Lane.Kind.values().length];
        return new Claimant(new RepoId(String.format("%032x", random.nextInt(REPOSITORIES))),
            new Lane(kind, "u" + user), "192.0.2." + random.nextInt(ADDRESSES));
    }

    private void enter(Claimant who) {
        switch (queue.enter(who)) {
            case FairQueue.Entered.Taken taken -> {
                if (taken.ticket().isRunning()) {
                    running.add(taken.ticket());
                } else {
                    waiting.add(taken.ticket());
                    waits.put(taken.ticket(), new Wait(who, new HashMap<>()));
                }
            }
            case FairQueue.Entered.Full full -> assertThat(queue.full(who)).contains(full.bound());
        }
    }

    private void end(Ticket ticket) {
        running.remove(ticket);
        granted(queue.leave(ticket));
    }

    private void granted(List<Ticket> tickets) {
        for (Ticket ticket : tickets) {
            assertThat(waiting.remove(ticket)).isTrue();
            Wait wait = waits.remove(ticket);
            checkNotOvertaken(wait);
            running.add(ticket);
            Lane lane = ticket.grantedTo().orElseThrow().lane();
            waits.values().forEach(other -> other.served().merge(lane, 1, Integer::sum));
        }
    }

    /** Nobody of his kind has two turns while he has none, unless a bound of his own passes him over. */
    private void checkNotOvertaken(Wait wait) {
        Lane own = wait.who().lane();
        int earlier = wait.served().getOrDefault(own, 0);
        wait.served().forEach((lane, served) -> {
            if (lane.kind() == own.kind() && !lane.equals(own) && limits.runningOfLane() == limits.running()
                && limits.runningInRepository() == limits.running()
                && limits.runningFromAddress() == limits.running()) {
                assertThat(served).isLessThanOrEqualTo(earlier + 1);
            }
        });
    }

    private void check() {
        assertThat(queue.running()).isEqualTo(running.size()).isLessThanOrEqualTo(limits.running());
        assertThat(queue.waiting()).isEqualTo(waiting.size());
        checkBound(each -> each.lane(), limits.runningOfLane());
        checkBound(each -> each.repo(), limits.runningInRepository());
        checkBound(each -> each.address(), limits.runningFromAddress());
        assertThat(waiting.stream().flatMap(ticket -> ticket.claimants().stream()).noneMatch(queue::mayRun)).isTrue();
        Set<Integer> places = waiting.stream().map(queue::place).collect(Collectors.toSet());
        assertThat(places).isEqualTo(IntStream.rangeClosed(1, waiting.size()).boxed().collect(Collectors.toSet()));
    }

    private void checkBound(Function<Claimant, Object> of, int max) {
        assertThat(running.stream().map(ticket -> of.apply(ticket.grantedTo().orElseThrow()))
            .collect(Collectors.groupingBy(Function.identity(), Collectors.counting())).values().stream()
            .allMatch(count -> count <= max)).isTrue();
    }
}
