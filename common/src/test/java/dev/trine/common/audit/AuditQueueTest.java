package dev.trine.common.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.audit.AuditQueue.Noted;
import dev.trine.common.config.ByteSize;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AuditQueueTest {
    private static final ByteSize ROOM = new ByteSize(1 << 20);

    private static Noted noted(AuditEvent event) {
        return new Noted(Instant.EPOCH, event);
    }

    private static final Noted SHORT = noted(AuditRoom.push("refs/heads/main"));
    private static final Noted LONG = noted(AuditRoom.push("refs/heads/main").changing(
        Collections.nCopies(AuditedRef.REFS_MAX, new AuditedRef("refs/heads/" + "x".repeat(490), "", "", "ok")), 0));

    @Test
    void asManyWaitAsAreAllowed() {
        AuditQueue queue = new AuditQueue(4, ROOM);
        assertThat(queue.offer(SHORT)).isTrue();
        assertThat(queue.offer(SHORT)).isTrue();
        assertThat(queue.isHalfFull()).isFalse();
        assertThat(queue.offer(SHORT)).isTrue();
        assertThat(queue.isHalfFull()).isTrue();
        assertThat(queue.offer(SHORT)).isTrue();
        assertThat(queue.offer(SHORT)).isFalse();
    }

    @Test
    void longEventsWaitAsFarAsTheSizeAllows() throws Exception {
        AuditQueue queue = new AuditQueue(1000, new ByteSize(4 * LONG.event().bytes() + SHORT.event().bytes()));
        assertThat(queue.offer(LONG)).isTrue();
        assertThat(queue.offer(LONG)).isTrue();
        assertThat(queue.isHalfFull()).isFalse();
        assertThat(queue.offer(LONG)).isTrue();
        assertThat(queue.isHalfFull()).isTrue();
        assertThat(queue.offer(LONG)).isTrue();
        assertThat(queue.offer(LONG)).isFalse();
        assertThat(queue.offer(SHORT)).isTrue(); // for which there is room
        assertThat(queue.offer(SHORT)).isFalse();
        assertThat(queue.take(1, ROOM, Duration.ZERO)).containsExactly(LONG);
        assertThat(queue.offer(LONG)).isTrue();
        assertThat(queue.offer(SHORT)).isFalse();
    }

    @Test
    void soMuchIsTakenAtOnceAndTheLastWhole() throws Exception {
        AuditQueue queue = new AuditQueue(1000, ROOM);
        for (Noted noted : List.of(LONG, LONG, LONG, SHORT)) {
            assertThat(queue.offer(noted)).isTrue();
        }
        ByteSize most = new ByteSize(LONG.event().bytes() + 1);
        assertThat(queue.take(1000, most, Duration.ZERO)).containsExactly(LONG, LONG);
        assertThat(queue.take(1000, most, Duration.ZERO)).containsExactly(LONG, SHORT);
        assertThat(queue.take(1000, most, Duration.ZERO)).isEmpty();
    }

    @Test
    void anEventIsAsLargeAsItsTextsAndTheGreatestTakesLessThanHalfOfTheSmallestQueue() {
        AuditEvent plain = AuditRoom.push("refs/heads/main");
        assertThat(plain.because("x".repeat(100)).bytes()).isEqualTo(plain.bytes() + 200);
        assertThat(plain.inRequest("x".repeat(100)).bytes()).isEqualTo(plain.bytes() + 200);
        assertThat(plain.at(new AuditEvent.Place("team/app/x", "0".repeat(32))).bytes()).isEqualTo(plain.bytes() + 4);
        assertThat(plain.with(Map.of("a", "bc")).bytes()).isGreaterThan(plain.bytes() + 6);
        String text = "x".repeat(5000);
        AuditEvent greatest = new AuditEvent(AuditAction.PUSH, AuditResult.REFUSED,
            new AuditActor(text, 5, text, text, "ssh")).because(text).inRequest(text)
            .at(new AuditEvent.Place(text, text))
            .changing(Collections.nCopies(250, new AuditedRef(text, text, text, text)), 7);
        assertThat(greatest.bytes()).isBetween(400_000L, 1L << 20);
    }
}
