package dev.trine.server.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.common.model.ObjectName;
import dev.trine.common.model.RefName;
import dev.trine.common.model.RefUpdate;
import dev.trine.common.model.RefValue;
import dev.trine.common.model.Sha256;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The digest depends on the refs alone: not on the order in which they came, nor on what was there in between. */
class RefsDigestTest {
    private static final RefName MAIN = new RefName("refs/heads/main");
    private static final RefName TAG = new RefName("refs/tags/v1");
    private static final RefValue.Direct ONE = value("1");
    private static final RefValue.Direct TWO = value("2");
    private static final RefValue TO_MAIN = new RefValue.Symbolic(MAIN);

    @Test
    void aKnownAnswer() {
        // made by a second implementation, from the description alone
        assertThat(RefsDigest.EMPTY.with(Map.of(TAG, TWO, MAIN, ONE, RefName.HEAD, TO_MAIN)).sha256())
            .isEqualTo(new Sha256("02e25cf545cf228ad3a643b6889d53cbb081aa999b0268f869789baaf890c512"));
    }

    @Test
    void eachDifferenceShows() {
        assertThat(RefsDigest.EMPTY.with(Map.of(MAIN, ONE))).isNotEqualTo(RefsDigest.EMPTY)
            .isNotEqualTo(RefsDigest.EMPTY.with(Map.of(MAIN, TWO)))
            .isNotEqualTo(RefsDigest.EMPTY.with(Map.of(TAG, ONE)))
            .isNotEqualTo(RefsDigest.EMPTY.with(Map.of(MAIN, new RefValue.Symbolic(TAG))))
            .isNotEqualTo(RefsDigest.EMPTY.with(Map.of(MAIN, ONE, TAG, TWO)));
    }

    @Test
    void whatWasAddedAndTakenOutLeavesNothing() {
        RefsDigest before = RefsDigest.EMPTY.with(Map.of(MAIN, ONE));
        RefsDigest between = before.after(List.of(update(MAIN, ONE, TWO), create(TAG, ONE)));
        assertThat(between).isEqualTo(RefsDigest.EMPTY.with(Map.of(MAIN, TWO, TAG, ONE)));
        assertThat(between.after(List.of(update(MAIN, TWO, ONE), delete(TAG, ONE)))).isEqualTo(before);
    }

    @Test
    void peeledIdsCountNothing() {
        RefValue peeled = new RefValue.Direct(ONE.id(), Optional.of(TWO.id()));
        assertThat(RefsDigest.EMPTY.with(Map.of(TAG, peeled))).isEqualTo(RefsDigest.EMPTY.with(Map.of(TAG, ONE)));
    }

    @Test
    void anyHistoryOfChangesEndsInTheDigestOfWhatIsLeft() {
        Random random = new Random(7);
        Map<RefName, RefValue> refs = new HashMap<>();
        RefsDigest digest = RefsDigest.EMPTY;
        for (int i = 0; i < 2_000; i++) {
            RefName name = new RefName("refs/heads/b" + random.nextInt(40));
            Optional<RefValue> before = Optional.ofNullable(refs.get(name));
            Optional<RefValue> after = before.isPresent() && random.nextInt(4) == 0 ? Optional.empty()
                : Optional.of(value(Integer.toHexString(random.nextInt(9) + 1)));
            after.ifPresentOrElse(value -> refs.put(name, value), () -> refs.remove(name));
            digest = digest.after(List.of(new RefUpdate(name, before, after)));
        }
        assertThat(digest).isEqualTo(RefsDigest.EMPTY.with(refs));
    }

    @Test
    void manyRefsAtOnceCountAsOneAfterTheOther() {
        Map<RefName, RefValue> many = new HashMap<>();
        RefsDigest each = RefsDigest.EMPTY.with(Map.of(MAIN, ONE));
        for (int i = 0; i < 1_000; i++) {
            RefName name = new RefName("refs/tags/t" + i);
            many.put(name, TWO);
            each = each.with(Map.of(name, TWO));
        }
        assertThat(RefsDigest.EMPTY.with(Map.of(MAIN, ONE)).with(many)).isEqualTo(each);
    }

    @Test
    void itsLanesTellItWhole() {
        RefsDigest digest = RefsDigest.EMPTY.with(Map.of(MAIN, ONE, TAG, TWO));
        assertThat(RefsDigest.ofLanes(digest.lanes())).isEqualTo(digest).hasToString(digest.sha256().hex());
        assertThatThrownBy(() -> RefsDigest.ofLanes(new byte[3])).isInstanceOf(IllegalArgumentException.class);
    }

    private static RefUpdate update(RefName name, RefValue from, RefValue to) {
        return new RefUpdate(name, Optional.of(from), Optional.of(to));
    }

    private static RefUpdate create(RefName name, RefValue to) {
        return new RefUpdate(name, Optional.empty(), Optional.of(to));
    }

    private static RefUpdate delete(RefName name, RefValue from) {
        return new RefUpdate(name, Optional.of(from), Optional.empty());
    }

    private static RefValue.Direct value(String digit) {
        return new RefValue.Direct(new ObjectName(digit.repeat(40)));
    }
}
