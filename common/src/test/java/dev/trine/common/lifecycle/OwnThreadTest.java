package dev.trine.common.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class OwnThreadTest {
    @Test
    void theWorkRunsInAThreadOfTheOperatingSystemAndItsResultComesBack() throws Exception {
        assertThat(OwnThread.run("copy", () -> Thread.currentThread().isVirtual() + " "
            + Thread.currentThread().getName())).isEqualTo("false copy");
    }

    @Test
    void whatTheWorkThrowsIsThrownAsItIs() {
        IOException failure = new IOException("the disk is gone");
        assertThatThrownBy(() -> OwnThread.run("copy", () -> {
            throw failure;
        })).isSameAs(failure);
        assertThatThrownBy(() -> OwnThread.run("copy", () -> {
            throw new IllegalArgumentException("a bug");
        })).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whoIsInterruptedInterruptsTheWorkAndWaitsForItsEnd() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        AtomicBoolean ended = new AtomicBoolean();
        AtomicBoolean endedFirst = new AtomicBoolean();
        AtomicBoolean stillInterrupted = new AtomicBoolean();
        Thread caller = Thread.ofVirtual().start(() -> {
            try {
                OwnThread.run("copy", () -> {
                    begun.countDown();
                    try {
                        never.await();
                        return true;
                    } finally {
                        ended.set(true);
                    }
                });
            } catch (InterruptedException | IOException e) {
                endedFirst.set(ended.get());
                stillInterrupted.set(Thread.currentThread().isInterrupted());
            }
        });
        begun.await();
        caller.interrupt();
        caller.join();
        assertThat(endedFirst).isTrue();
        assertThat(stillInterrupted).isTrue();
    }
}
