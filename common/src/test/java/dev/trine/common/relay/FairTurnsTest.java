package dev.trine.common.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FairTurnsTest {
    private static final Duration HELD_MAX = Duration.ofMillis(20);

    private final AtomicLong nanos = new AtomicLong();

    private FairTurns turns(int max) {
        return new FairTurns(() -> new FairTurns.Bound(max, HELD_MAX), nanos::get);
    }

    @Test
    void neverMoreAreMovedAtOnceThanMay() throws Exception {
        FairTurns turns = turns(3);
        AtomicInteger moving = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch together = new CountDownLatch(3); // the first three wait for each other
        List<Thread> all = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            all.add(Thread.ofVirtual().start(() -> {
                for (int turn = 0; turn < 40; turn++) {
                    try (FairTurns.Turn taken = turns.take(lane("one", "a"))) {
                        most.accumulateAndGet(moving.incrementAndGet(), Math::max);
                        together.countDown();
                        together.await();
                        Thread.yield();
                        moving.decrementAndGet();
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                }
            }));
        }
        for (Thread each : all) {
            each.join();
        }
        assertThat(most).hasValue(3);
        assertThat(moving).hasValue(0);
    }

    @Test
    void whoCameFirstGoesFirst() throws Exception {
        FairTurns turns = turns(1);
        List<Integer> order = new CopyOnWriteArrayList<>();
        List<Thread> all = new ArrayList<>();
        try (FairTurns.Turn held = turns.take(lane("one", "a"))) {
            for (int i = 0; i < 5; i++) {
                int number = i;
                Thread waits = Thread.ofPlatform().start(() -> takes(turns, () -> order.add(number)));
                all.add(waits);
                awaitWaiting(waits);
            }
        }
        for (Thread each : all) {
            each.join();
        }
        assertThat(order).containsExactly(0, 1, 2, 3, 4);
    }

    @Test
    void usersComeByTurns() throws Exception {
        assertThat(order("many a 1", "many a 2", "many b 3", "few a 4", "few a 5"))
            .containsExactly("many a 1", "few a 4", "many b 3", "few a 5", "many a 2");
    }

    @Test
    void manySpellingsOfARepositoryAreNotManyTurns() throws Exception {
        assertThat(order("one a 1", "one /a 2", "one a.git 3", "one a.git/ 4", "other a 5"))
            .containsExactly("one a 1", "other a 5", "one /a 2", "one a.git 3", "one a.git/ 4");
    }

    @Test
    void repositoriesOfAUserComeByTurns() throws Exception {
        assertThat(order("one a 1", "one a 2", "one a 3", "one b 4", "one b 5"))
            .containsExactly("one a 1", "one b 4", "one a 2", "one b 5", "one a 3");
    }

    @Test
    void whoGivesUpWaitingDoesNotCostHisOwnTheirPlace() throws Exception {
        assertThat(order("many a 1", "many a 2 leaves", "many b 3", "few a 4"))
            .containsExactly("many a 1", "few a 4", "many b 3");
    }

    /** In which order those get their turns who come in this one: "user repository number", and maybe "leaves". */
    private List<String> order(String... waiting) throws InterruptedException {
        FairTurns turns = turns(1);
        List<String> order = new CopyOnWriteArrayList<>();
        List<Thread> all = new ArrayList<>();
        try (FairTurns.Turn held = turns.take(lane("another", "a"))) {
            for (String each : waiting) {
                String[] who = each.split(" ");
                Thread waits = Thread.ofPlatform()
                    .start(() -> takes(turns, lane(who[0], who[1]), () -> order.add(each)));
                all.add(waits);
                awaitWaiting(waits);
            }
            for (int i = 0; i < waiting.length; i++) {
                if (waiting[i].endsWith(" leaves")) {
                    all.get(i).interrupt();
                    all.get(i).join();
                }
            }
        }
        for (Thread each : all) {
            each.join();
        }
        return order;
    }

    private static GitExchange.Lane lane(String who, String path) {
        return new GitExchange.Lane(who, path);
    }

    @Test
    void whoHoldsATurnWithoutMovingIsNotCountedAfterAWhile() throws Exception {
        FairTurns turns = turns(1);
        FairTurns.Turn slow = turns.take(lane("one", "a"));
        CountDownLatch over = new CountDownLatch(1);
        Thread waits = Thread.ofPlatform().start(() -> takes(turns, over::countDown));
        awaitWaiting(waits);
        assertThat(over.getCount()).isOne();
        nanos.addAndGet(HELD_MAX.toNanos() + 1);
        waits.join();
        assertThat(over.getCount()).isZero();
        // and it gives nothing back that it does not have any more
        try (FairTurns.Turn next = turns.take(lane("one", "a"))) {
            slow.close();
            Thread third = Thread.ofPlatform().start(() -> takes(turns, () -> { }));
            awaitWaiting(third);
            next.close();
            third.join();
        }
    }

    @Test
    void whoWaitsGoesWhenMoreMay() throws Exception {
        AtomicInteger max = new AtomicInteger(1);
        FairTurns turns = new FairTurns(() -> new FairTurns.Bound(max.get(), HELD_MAX), nanos::get);
        CountDownLatch together = new CountDownLatch(2);
        List<Thread> all = new ArrayList<>();
        try (FairTurns.Turn held = turns.take(lane("one", "a"))) {
            for (int i = 0; i < 2; i++) {
                Thread waits = Thread.ofPlatform().start(() -> takes(turns, () -> {
                    together.countDown();
                    await(together);
                }));
                all.add(waits);
                awaitWaiting(waits);
            }
            max.set(3);
            for (Thread each : all) {
                each.join();
            }
        }
        assertThat(together.getCount()).isZero();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void whoGivesUpWaitingHoldsNobodyUp() throws Exception {
        FairTurns turns = turns(1);
        CountDownLatch over = new CountDownLatch(1);
        Thread leaves;
        Thread stays;
        try (FairTurns.Turn held = turns.take(lane("one", "a"))) {
            leaves = Thread.ofPlatform().start(() -> takes(turns, () -> { }));
            awaitWaiting(leaves);
            stays = Thread.ofPlatform().start(() -> takes(turns, over::countDown));
            awaitWaiting(stays);
            leaves.interrupt();
            leaves.join();
            nanos.addAndGet(HELD_MAX.toNanos() + 1);
            stays.join();
        }
        assertThat(over.getCount()).isZero();
    }

    @Test
    void whoComesWhileOthersWaitWaitsBehindThemEvenIfATurnIsFree() throws Exception {
        AtomicReference<Thread> comes = new AtomicReference<>();
        FairTurns turns = new FairTurns(
            () -> new FairTurns.Bound(Thread.currentThread() == comes.get() ? 2 : 1, HELD_MAX), nanos::get);
        Thread waits;
        try (FairTurns.Turn held = turns.take(lane("one", "a"))) {
            waits = Thread.ofPlatform().start(() -> takes(turns, () -> { }));
            awaitWaiting(waits);
            comes.set(Thread.ofPlatform().unstarted(() -> takes(turns, () -> { })));
            comes.get().start();
            awaitWaiting(comes.get());
        }
        waits.join();
        comes.get().join();
    }

    private static void takes(FairTurns turns, Runnable work) {
        takes(turns, lane("one", "a"), work);
    }

    private static void takes(FairTurns turns, GitExchange.Lane lane, Runnable work) {
        try (FairTurns.Turn turn = turns.take(lane)) {
            work.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Not only for the lock, behind which the next could come to the row before it. */
    private static void awaitWaiting(Thread thread) {
        while (!(LockSupport.getBlocker(thread) instanceof Condition)) {
            assertThat(thread.getState()).as("it waits").isNotEqualTo(Thread.State.TERMINATED);
            Thread.onSpinWait();
        }
    }
}
