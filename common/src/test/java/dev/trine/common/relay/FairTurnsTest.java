package dev.trine.common.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FairTurnsTest {
    private final AtomicLong nanos = new AtomicLong();

    @Test
    void neverMoreAreMovedAtOnceThanMay() throws Exception {
        FairTurns<String> turns = new FairTurns<>(3, nanos::get);
        AtomicInteger moving = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        List<Thread> all = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            all.add(Thread.ofVirtual().start(() -> {
                for (int turn = 0; turn < 40; turn++) {
                    try (FairTurns<String>.Turn taken = turns.take("one")) {
                        most.accumulateAndGet(moving.incrementAndGet(), Math::max);
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
        FairTurns<String> turns = new FairTurns<>(1, nanos::get);
        List<Integer> order = new CopyOnWriteArrayList<>();
        List<Thread> all = new ArrayList<>();
        try (FairTurns<String>.Turn held = turns.take("one")) {
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
    void lanesComeByTurns() throws Exception {
        FairTurns<String> turns = new FairTurns<>(1, nanos::get);
        List<String> order = new CopyOnWriteArrayList<>();
        List<Thread> all = new ArrayList<>();
        try (FairTurns<String>.Turn held = turns.take("many")) {
            for (String waiting : List.of("many 1", "many 2", "many 3", "few 1", "few 2")) {
                Thread waits = Thread.ofPlatform()
                    .start(() -> takes(turns, waiting.split(" ")[0], () -> order.add(waiting)));
                all.add(waits);
                awaitWaiting(waits);
            }
        }
        for (Thread each : all) {
            each.join();
        }
        assertThat(order).containsExactly("many 1", "few 1", "many 2", "few 2", "many 3");
    }

    @Test
    void whoHoldsATurnWithoutMovingIsNotCountedAfterAWhile() throws Exception {
        FairTurns<String> turns = new FairTurns<>(1, nanos::get);
        FairTurns<String>.Turn slow = turns.take("one");
        CountDownLatch over = new CountDownLatch(1);
        Thread waits = Thread.ofPlatform().start(() -> takes(turns, over::countDown));
        awaitWaiting(waits);
        assertThat(over.getCount()).isOne();
        nanos.addAndGet(FairTurns.HELD_MAX.toNanos() + 1);
        waits.join();
        assertThat(over.getCount()).isZero();
        // and it gives nothing back that it does not have any more
        try (FairTurns<String>.Turn next = turns.take("one")) {
            slow.close();
            Thread third = Thread.ofPlatform().start(() -> takes(turns, () -> { }));
            awaitWaiting(third);
            next.close();
            third.join();
        }
    }

    @Test
    void whoGivesUpWaitingHoldsNobodyUp() throws Exception {
        FairTurns<String> turns = new FairTurns<>(1, nanos::get);
        CountDownLatch over = new CountDownLatch(1);
        Thread leaves;
        Thread stays;
        try (FairTurns<String>.Turn held = turns.take("one")) {
            leaves = Thread.ofPlatform().start(() -> takes(turns, () -> { }));
            awaitWaiting(leaves);
            stays = Thread.ofPlatform().start(() -> takes(turns, over::countDown));
            awaitWaiting(stays);
            leaves.interrupt();
            leaves.join();
        }
        stays.join();
        assertThat(over.getCount()).isZero();
    }

    private static void takes(FairTurns<String> turns, Runnable work) {
        takes(turns, "one", work);
    }

    private static void takes(FairTurns<String> turns, String lane, Runnable work) {
        try (FairTurns<String>.Turn turn = turns.take(lane)) {
            work.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void awaitWaiting(Thread thread) {
        while (thread.getState() != Thread.State.WAITING && thread.getState() != Thread.State.TIMED_WAITING) {
            assertThat(thread.getState()).as("it waits").isNotEqualTo(Thread.State.TERMINATED);
            Thread.onSpinWait();
        }
    }
}
