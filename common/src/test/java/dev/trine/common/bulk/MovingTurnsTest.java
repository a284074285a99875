package dev.trine.common.bulk;

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
class MovingTurnsTest {
    private final AtomicLong nanos = new AtomicLong();

    @Test
    void neverMoreAreMovedAtOnceThanMay() throws Exception {
        MovingTurns turns = new MovingTurns(3, nanos::get);
        AtomicInteger moving = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        List<Thread> all = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            all.add(Thread.ofVirtual().start(() -> {
                for (int turn = 0; turn < 40; turn++) {
                    try (MovingTurns.Turn taken = turns.take()) {
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
        MovingTurns turns = new MovingTurns(1, nanos::get);
        List<Integer> order = new CopyOnWriteArrayList<>();
        List<Thread> all = new ArrayList<>();
        try (MovingTurns.Turn held = turns.take()) {
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
    void whoHoldsATurnWithoutMovingIsNotCountedAfterAWhile() throws Exception {
        MovingTurns turns = new MovingTurns(1, nanos::get);
        MovingTurns.Turn slow = turns.take();
        CountDownLatch over = new CountDownLatch(1);
        Thread waits = Thread.ofPlatform().start(() -> takes(turns, over::countDown));
        awaitWaiting(waits);
        assertThat(over.getCount()).isOne();
        nanos.addAndGet(MovingTurns.HELD_MAX.toNanos() + 1);
        waits.join();
        assertThat(over.getCount()).isZero();
        // and it gives nothing back that it does not have any more
        try (MovingTurns.Turn next = turns.take()) {
            slow.close();
            Thread third = Thread.ofPlatform().start(() -> takes(turns, () -> { }));
            awaitWaiting(third);
            next.close();
            third.join();
        }
    }

    @Test
    void whoGivesUpWaitingHoldsNobodyUp() throws Exception {
        MovingTurns turns = new MovingTurns(1, nanos::get);
        CountDownLatch over = new CountDownLatch(1);
        Thread leaves;
        Thread stays;
        try (MovingTurns.Turn held = turns.take()) {
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

    private static void takes(MovingTurns turns, Runnable work) {
        try (MovingTurns.Turn turn = turns.take()) {
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
