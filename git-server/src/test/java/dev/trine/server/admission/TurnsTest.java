package dev.trine.server.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.common.live.LiveValues;
import dev.trine.common.model.RepoId;
import dev.trine.server.hosting.Lane;
import dev.trine.server.pkt.OverLimitException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Threads that wait for turns. */
@Timeout(180)
class TurnsTest {
    private static final Purpose PURPOSE = new Purpose("making packs", "work.packs-max", "work.wait-max");
    private static final Waiting NOBODY = new Client(new CopyOnWriteArrayList<>());

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    /** What a client is told. */
    private record Client(List<String> texts) implements Waiting {
        @Override
        public void told(String text) {
            texts.add(text);
        }

        @Override
        public void over(String text) {
            texts.add(text);
        }

        @Override
        public void alive() {
            // it is
        }
    }

    private static Claimant person(String name) {
        return new Claimant(new RepoId("0".repeat(32)), new Lane(Lane.Kind.PEOPLE, name), "192.0.2.1");
    }

    private static Turns turns(int queueMax, int userQueueMax, Duration waitMax) {
        WorkSettings settings =
            new WorkSettings(1, 1, 0, 0, 0, queueMax, userQueueMax, waitMax, 4, 2, 1);
        return new Turns(PURPOSE, settings.limits(1), waitMax, System::nanoTime);
    }

    private void awaitWaiting(Turns turns, int count) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> turns.waiting() == count);
    }

    @Test
    void whoWaitsIsToldHisPlaceOnceAndWhenItIsOver() throws Exception {
        Turns turns = turns(10, 10, Duration.ofMinutes(1));
        List<String> told = Collections.synchronizedList(new ArrayList<>());
        Turn first = turns.await(person("alice"), "a", NOBODY);
        Future<Turn> second = threads.submit(() -> turns.await(person("bob"), "b", new Client(told)));
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> !told.isEmpty());
        first.close();
        second.get().close();
        assertThat(told).containsExactly("queued, position 1   \r", "queued, done.\n");
        assertThat(turns.waiting()).isZero();
        turns.await(person("carol"), "c", NOBODY).close();
    }

    @Test
    void whoNeedNotWaitLongIsToldNothing() throws Exception {
        List<String> told = new ArrayList<>();
        turns(10, 10, Duration.ofMinutes(1)).await(person("bob"), "b", new Client(told)).close();
        assertThat(told).isEmpty();
    }

    @Test
    void aFullQueueIsRefusedInASentenceThatNamesTheSetting() throws Exception {
        Turns turns = turns(2, 1, Duration.ofMinutes(1));
        Turn first = turns.await(person("x"), "x", NOBODY);
        turns.requireRoom(person("alice"));
        Future<Turn> alice = threads.submit(() -> turns.await(person("alice"), "a", NOBODY));
        awaitWaiting(turns, 1);
        String ofUser = "this node lets 1 requests of one user wait at once (work.user-queue-max), and so many of"
            + " yours do; let some finish, then try again";
        assertThatThrownBy(() -> turns.requireRoom(person("alice"))).isInstanceOf(OverLimitException.class)
            .hasMessage(ofUser);
        assertThatThrownBy(() -> turns.await(person("alice"), "b", NOBODY)).hasMessage(ofUser);
        Future<Turn> bob = threads.submit(() -> turns.await(person("bob"), "c", NOBODY));
        awaitWaiting(turns, 2);
        assertThatThrownBy(() -> turns.await(person("carol"), "d", NOBODY)).hasMessage("this node lets 2"
            + " requests wait at once (work.queue-max), and so many do; try again in a few minutes");
        first.close();
        alice.get().close();
        bob.get().close();
    }

    @Test
    void whoWaitsTooLongIsRefusedInASentenceThatNamesTheSetting() throws Exception {
        Turns turns = turns(2, 1, Duration.ofMillis(100));
        try (Turn first = turns.await(person("x"), "x", NOBODY)) {
            assertThatThrownBy(() -> turns.await(person("alice"), "a", NOBODY)).isInstanceOf(OverLimitException.class)
                .hasMessage("no turn came free within 100ms, the longest wait at this node (work.wait-max; turns"
                    + " for making packs: 1, work.packs-max); try again in a few minutes");
        }
        assertThat(turns.waiting()).isZero();
        turns.await(person("alice"), "a", NOBODY).close();
    }

    private static WorkSettings settings(Map<String, String> live) {
        return new WorkSettings(1, 1, 9, 9, 9, 10, 10, Duration.ofMinutes(1), 4, 2, 1)
            .with(new LiveValues(1, live));
    }

    private static void limit(Turns turns, Map<String, String> live) {
        WorkSettings now = settings(live);
        turns.limit(now.limits(now.packsMax()), now.waitMax());
    }

    @Test
    void moreTurnsThatAreSetLiveAreGrantedAtOnceAndFewerEndNothing() throws Exception {
        Turns turns = turns(10, 10, Duration.ofMinutes(1));
        limit(turns, Map.of());
        Turn first = turns.await(person("x"), "x", NOBODY);
        Future<Turn> alice = threads.submit(() -> turns.await(person("alice"), "a", NOBODY));
        awaitWaiting(turns, 1);
        Future<Turn> bob = threads.submit(() -> turns.await(person("bob"), "b", NOBODY));
        awaitWaiting(turns, 2);
        limit(turns, Map.of("work.packs-max", "2"));
        Turn second = alice.get();
        assertThat(turns.waiting()).isOne();
        limit(turns, Map.of("work.queue-max", "0"));
        assertThat(turns.waiting()).isOne();
        assertThatThrownBy(() -> turns.await(person("carol"), "c", NOBODY)).hasMessage("this node lets 0"
            + " requests wait at once (work.queue-max), and so many do; try again in a few minutes");
        first.close();
        assertThat(turns.waiting()).isOne();
        second.close();
        bob.get().close();
    }

    @Test
    void aShorterWaitThatIsSetLiveHoldsForThoseWhoWait() throws Exception {
        Turns turns = turns(10, 10, Duration.ofMinutes(1));
        try (Turn first = turns.await(person("x"), "x", NOBODY)) {
            Future<Turn> alice = threads.submit(() -> turns.await(person("alice"), "a", NOBODY));
            awaitWaiting(turns, 1);
            limit(turns, Map.of("work.wait-max", "200ms"));
            assertThatThrownBy(alice::get).hasMessageContaining("no turn came free within 200ms");
        }
    }

    @Test
    void oneUsersTurnsAreBoundedLive() throws Exception {
        Turns turns = turns(10, 10, Duration.ofMinutes(1));
        limit(turns, Map.of("work.packs-max", "3", "work.user-max", "1"));
        Turn first = turns.await(person("alice"), "a", NOBODY);
        Future<Turn> second = threads.submit(() -> turns.await(person("alice"), "b", NOBODY));
        awaitWaiting(turns, 1);
        limit(turns, Map.of("work.packs-max", "3", "work.user-max", "2"));
        second.get().close();
        first.close();
    }

    @Test
    void whoIsGoneLeavesTheQueue() throws Exception {
        Turns turns = turns(2, 2, Duration.ofMinutes(1));
        try (Turn first = turns.await(person("x"), "x", NOBODY)) {
            assertThatThrownBy(() -> turns.await(person("alice"), "a", new Waiting() {
                @Override
                public void told(String text) throws IOException {
                    throw new IOException("gone");
                }

                @Override
                public void over(String text) {
                    // he is gone
                }

                @Override
                public void alive() {
                    // he is gone
                }
            })).hasMessage("gone");
            assertThat(turns.waiting()).isZero();
        }
    }

    @Test
    void aJobThatAnotherUserClaimsStandsInHisLaneToo() throws Exception {
        Turns turns = turns(100, 100, Duration.ofMinutes(1));
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        Turn first = turns.await(person("x"), "x", NOBODY);
        List<Future<?>> waiting = new ArrayList<>();
        for (int i = 1; i <= 5; i++) {
            String job = "job " + i;
            waiting.add(threads.submit(() -> {
                try (Turn turn = turns.await(person("alice"), job, NOBODY)) {
                    order.add(job);
                }
                return null;
            }));
            awaitWaiting(turns, i);
        }
        turns.claim("job 5", person("bob"));
        turns.claim("job 5", person("bob"));
        first.close();
        for (Future<?> each : waiting) {
            each.get();
        }
        assertThat(order).containsExactly("job 1", "job 5", "job 2", "job 3", "job 4");
    }
}
