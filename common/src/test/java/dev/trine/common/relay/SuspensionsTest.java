package dev.trine.common.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.proto.Credential;
import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who is cut off while an exchange of his is under way. */
@Timeout(60)
class SuspensionsTest {
    private static final User ALICE = user("alice", 5);
    private static final User BOB = user("bob", 6);

    private final BlockingQueue<String> stopped = new LinkedBlockingQueue<>();
    private final AtomicInteger asked = new AtomicInteger();

    private static User user(String name, long id) {
        return new User(name, Credential.newBuilder().setName("key of " + name).setUserId(id).build());
    }

    private Stoppable exchange(String name) {
        return sentence -> stopped.add(name + ": " + sentence);
    }

    @Test
    void onlyWhoseCredentialHasEndedIsStopped() throws InterruptedException {
        Suspensions suspensions = new Suspensions(all -> Set.of(BOB.credential()), Duration.ofMillis(10));
        Stoppable his = exchange("bob's");
        Stoppable hers = exchange("alice's");
        suspensions.begins(hers, ALICE);
        suspensions.begins(his, BOB);
        for (int i = 0; i < 3; i++) {
            assertThat(stopped.take()).isEqualTo("bob's: your account was suspended, or your credential has expired;"
                + " ask an administrator");
        }
        suspensions.ends(his);
        suspensions.ends(hers);
    }

    @Test
    void aDefectDoesNotEndTheWatch() throws InterruptedException {
        Suspensions suspensions = new Suspensions(this::failAtFirst, Duration.ofMillis(10));
        Stoppable hers = exchange("alice's");
        suspensions.begins(hers, ALICE);
        assertThat(stopped.take()).startsWith("alice's: ");
        suspensions.ends(hers);
        assertThat(asked.get()).isGreaterThan(1);
    }

    private Set<Credential> failAtFirst(Collection<Credential> all) {
        if (asked.getAndIncrement() == 0) {
            throw new IllegalStateException("a defect, as planted");
        }
        return Set.copyOf(all);
    }
}
