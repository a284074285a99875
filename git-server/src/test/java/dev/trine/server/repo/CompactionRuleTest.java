package dev.trine.server.repo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.model.PackName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CompactionRuleTest {
    private static final Instant START = Instant.EPOCH;
    private int names;

    private StoredPack pack(long objects, boolean bitmap, int written) {
        names++;
        return new StoredPack(new PackName("%040x".formatted(names)), objects * 100, objects * 30, objects, bitmap,
            START.plusSeconds(written));
    }

    private List<StoredPack> main(long objects, StoredPack... others) {
        List<StoredPack> packs = new ArrayList<>(List.of(pack(objects, true, 10)));
        packs.addAll(List.of(others));
        return packs;
    }

    private static Optional<Compaction.Extent> due(List<StoredPack> packs) {
        return CompactionRule.due(packs, Long.MAX_VALUE, false);
    }

    @Test
    void aFewSmallPacksAreLeftAlone() {
        assertThat(due(List.of())).isEmpty();
        assertThat(due(List.of(pack(999, false, 1)))).isEmpty();
        assertThat(due(main(1_000_000, pack(4_999, false, 11)))).isEmpty();
    }

    @Test
    void aLargePushIsGivenABitmapAtOnce() {
        assertThat(due(List.of(pack(1000, false, 1)))).contains(Compaction.Extent.FULL);
    }

    @Test
    void aSmallPartOfTheMainPackUncoveredIsTooMuch() {
        assertThat(due(main(1_000_000, pack(2_500, false, 11), pack(2_500, false, 12))))
            .contains(Compaction.Extent.FULL);
    }

    @Test
    void soonAfterARewritingOnlyALargePartIsTooMuch() {
        assertThat(CompactionRule.due(main(100_000, pack(9_999, false, 11)), Long.MAX_VALUE, true)).isEmpty();
        assertThat(CompactionRule.due(main(100_000, pack(10_000, false, 11)), Long.MAX_VALUE, true))
            .contains(Compaction.Extent.FULL);
    }

    @Test
    void moreObjectsThanTheHeapHoldsAreNotRewrittenButFolded() {
        List<StoredPack> packs = main(100_000, pack(50_000, false, 11));
        assertThat(CompactionRule.due(packs, 150_000, false)).contains(Compaction.Extent.FULL);
        assertThat(CompactionRule.due(packs, 149_999, false)).isEmpty();
        IntStream.range(0, 20).forEach(i -> packs.add(pack(1, false, 12)));
        assertThat(CompactionRule.due(packs, 149_999, false)).contains(Compaction.Extent.FOLD);
        assertThat(CompactionRule.toFold(packs, 20)).hasSize(20);
        assertThat(CompactionRule.toFold(packs, 1)).isEmpty();
    }

    @Test
    void theRestThatAFullRewritingLeftDoesNotCount() {
        assertThat(due(main(10_000, pack(50_000, false, 10), pack(999, false, 11)))).isEmpty();
    }

    @Test
    void manySmallPacksAreFoldedAndTheMainPackStays() {
        List<StoredPack> packs = main(100_000, IntStream.range(0, 20).mapToObj(i -> pack(3, false, 11 + i))
            .toArray(StoredPack[]::new));
        assertThat(due(packs)).contains(Compaction.Extent.FOLD);
        assertThat(CompactionRule.toFold(packs, Long.MAX_VALUE)).hasSize(20).noneMatch(StoredPack::bitmap);
    }

    @Test
    void aPackThatIsLargerThanTheSmallerOnesTogetherIsNotFolded() {
        StoredPack large = pack(1000, false, 11);
        List<StoredPack> packs = main(100_000, large);
        IntStream.range(0, 20).forEach(i -> packs.add(pack(3, false, 12)));
        assertThat(CompactionRule.toFold(packs, Long.MAX_VALUE)).hasSize(20).doesNotContain(large);
    }

    @Test
    void aByteIsRewrittenOnlySoManyTimes() {
        List<StoredPack> packs = main(100_000_000);
        long rewritten = 0;
        int most = 0;
        int pushes = 100_000;
        for (int push = 0; push < pushes; push++) {
            packs.add(pack(3, false, 11 + push));
            most = Math.max(most, packs.size());
            if (due(packs).equals(Optional.of(Compaction.Extent.FOLD))) {
                List<StoredPack> folded = CompactionRule.toFold(packs, Long.MAX_VALUE);
                assertThat(folded).hasSizeGreaterThan(1);
                long objects = folded.stream().mapToLong(StoredPack::objects).sum();
                packs.removeAll(folded);
                packs.add(pack(objects, false, 11 + push));
                rewritten += objects;
            }
        }
        assertThat(most).isLessThanOrEqualTo(1 + CompactionRule.FRESH_PACKS_MAX);
        assertThat(rewritten).isLessThan(3L * pushes * 16);
    }
}
