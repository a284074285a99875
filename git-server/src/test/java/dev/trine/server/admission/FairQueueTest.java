package dev.trine.server.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.model.RepoId;
import dev.trine.server.hosting.Lane;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Who gets a turn when, in small examples. */
class FairQueueTest {
    private static final Weights WEIGHTS = new Weights(4, 2, 1);
    private static final int MANY = 1_000;

    private static Claimant person(String name) {
        return claimant(Lane.Kind.PEOPLE, name, 1);
    }

    private static Claimant claimant(Lane.Kind kind, String name, int repo) {
        return new Claimant(new RepoId(String.format("%032x", repo)), new Lane(kind, name), "");
    }

    private static FairQueue queue(int turns) {
        return new FairQueue(new QueueLimits(turns, turns, turns, turns, MANY, MANY, WEIGHTS));
    }

    private static Ticket taken(FairQueue queue, Claimant who) {
        return ((FairQueue.Entered.Taken) queue.enter(who)).ticket();
    }

    private static List<Ticket> taken(FairQueue queue, Claimant who, int times) {
        return IntStream.range(0, times).mapToObj(i -> taken(queue, who)).toList();
    }

    /** Lets what runs end, one after the other, and returns whose turn it was. */
    private static List<String> order(FairQueue queue, Ticket first) {
        List<String> order = new ArrayList<>();
        List<Ticket> next = queue.leave(first);
        while (!next.isEmpty()) {
            order.add(next.getFirst().grantedTo().orElseThrow().lane().member());
            next = queue.leave(next.getFirst());
        }
        return order;
    }

    @Test
    void oneUsersManyJobsDoNotKeepAnothersOneWaiting() {
        FairQueue queue = queue(1);
        Ticket running = taken(queue, person("alice"));
        taken(queue, person("alice"), 900);
        taken(queue, person("bob"));
        assertThat(order(queue, running)).startsWith("alice", "bob", "alice").hasSize(901);
    }

    @Test
    void usersTakeTurnsWhateverOrderTheyCameIn() {
        FairQueue queue = queue(1);
        Ticket running = taken(queue, person("x"));
        taken(queue, person("alice"), 3);
        taken(queue, person("bob"), 2);
        taken(queue, person("carol"), 1);
        assertThat(order(queue, running)).containsExactly("alice", "bob", "carol", "alice", "bob", "alice");
    }

    @Test
    void kindsGetTurnsByTheirWeights() {
        FairQueue queue = queue(1);
        Ticket running = taken(queue, person("x"));
        taken(queue, claimant(Lane.Kind.ANONYMOUS, "192.0.2.1", 1), 100);
        taken(queue, claimant(Lane.Kind.AUTOMATION, "key 7", 1), 100);
        taken(queue, person("alice"), 100);
        List<String> first = order(queue, running).subList(0, 70);
        assertThat(Stream.of("alice", "key 7", "192.0.2.1")
            .map(name -> first.stream().filter(name::equals).count()))
            .satisfiesExactly(people -> assertThat(people).isBetween(39L, 41L),
                machines -> assertThat(machines).isBetween(19L, 21L),
                others -> assertThat(others).isBetween(9L, 11L));
    }

    @Test
    void whoComesAfterALongPauseHasSavedNothingUp() {
        FairQueue queue = queue(1);
        Ticket running = taken(queue, person("x"));
        taken(queue, person("alice"), 50);
        order(queue, running);
        running = taken(queue, person("x"));
        taken(queue, person("alice"), 8);
        taken(queue, claimant(Lane.Kind.ANONYMOUS, "192.0.2.1", 1), 8);
        assertThat(order(queue, running).subList(0, 5)).containsOnlyOnce("192.0.2.1");
    }

    @Test
    void aBoundOfOneUserOrRepositoryLeavesRoomForOthers() {
        FairQueue queue = new FairQueue(new QueueLimits(4, 2, 3, 4, MANY, MANY, WEIGHTS));
        assertThat(taken(queue, person("alice"), 3)).extracting(Ticket::isRunning).containsExactly(true, true, false);
        assertThat(taken(queue, person("bob"), 2)).extracting(Ticket::isRunning).containsExactly(true, false);
        assertThat(taken(queue, claimant(Lane.Kind.PEOPLE, "bob", 2)).isRunning()).isTrue();
        assertThat(queue.running()).isEqualTo(4);
    }

    @Test
    void oneAddressDoesNotGetAllTurns() {
        FairQueue queue = new FairQueue(new QueueLimits(3, 3, 3, 2, MANY, MANY, WEIGHTS));
        RepoId repo = new RepoId("0".repeat(32));
        assertThat(Stream.of("a", "b", "c").map(name ->
            taken(queue, new Claimant(repo, new Lane(Lane.Kind.PEOPLE, name), "192.0.2.1")).isRunning()))
            .containsExactly(true, true, false);
        assertThat(taken(queue, new Claimant(repo, new Lane(Lane.Kind.PEOPLE, "d"), "192.0.2.2")).isRunning()).isTrue();
    }

    @Test
    void aFullQueueRefusesThatUserOrAll() {
        FairQueue queue = new FairQueue(new QueueLimits(1, 1, 1, 1, 4, 3, WEIGHTS));
        taken(queue, person("x"));
        taken(queue, person("alice"), 3);
        assertThat(queue.enter(person("alice"))).isEqualTo(new FairQueue.Entered.Full(FairQueue.Bound.OF_LANE));
        taken(queue, person("bob"));
        assertThat(queue.enter(person("carol"))).isEqualTo(new FairQueue.Entered.Full(FairQueue.Bound.OF_ALL));
        assertThat(queue.waiting()).isEqualTo(4);
    }

    @Test
    void aQueueWithoutRoomStillLetsInWhatNeedsNotWait() {
        FairQueue queue = new FairQueue(new QueueLimits(1, 1, 1, 1, 0, 0, WEIGHTS));
        Ticket running = taken(queue, person("alice"));
        assertThat(queue.enter(person("bob"))).isInstanceOf(FairQueue.Entered.Full.class);
        queue.leave(running);
        assertThat(taken(queue, person("bob")).isRunning()).isTrue();
    }

    @Test
    void placesSayInWhichOrderTurnsWillCome() {
        FairQueue queue = queue(1);
        Ticket running = taken(queue, person("x"));
        List<Ticket> alice = taken(queue, person("alice"), 3);
        Ticket bob = taken(queue, person("bob"));
        assertThat(Stream.of(alice.get(0), bob, alice.get(1), alice.get(2)).map(queue::place))
            .containsExactly(1, 2, 3, 4);
        queue.leave(running);
        assertThat(queue.place(bob)).isEqualTo(1);
    }

    @Test
    void whoGivesUpWaitingMakesRoom() {
        FairQueue queue = queue(1);
        Ticket running = taken(queue, person("x"));
        List<Ticket> alice = taken(queue, person("alice"), 2);
        queue.leave(alice.get(0));
        assertThat(queue.waiting()).isEqualTo(1);
        assertThat(queue.leave(running)).containsExactly(alice.get(1));
    }

    @Test
    void workThatTwoWantIsDoneInTheTurnOfWhoeverIsFirst() {
        FairQueue queue = queue(1);
        Ticket running = taken(queue, person("x"));
        List<Ticket> alice = taken(queue, person("alice"), 40);
        assertThat(queue.claim(alice.get(39), person("bob"))).isEmpty();
        assertThat(queue.place(alice.get(39))).isEqualTo(2);
        assertThat(queue.leave(running)).containsExactly(alice.get(0));
        assertThat(queue.leave(alice.get(0))).containsExactly(alice.get(39));
        assertThat(alice.get(39).grantedTo()).contains(person("bob"));
        assertThat(queue.waiting()).isEqualTo(38);
    }
}
