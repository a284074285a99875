package dev.trine.server.replication;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.model.Epoch;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** The counting rules against what they mean, for every small case. */
class QuorumTest {
    private static final long VERSIONS = 6;

    @Test
    void aVersionIsAcknowledgedIffTheHolderAndAPeerHaveIt() {
        for (long own = 0; own < VERSIONS; own++) {
            for (long peer = 0; peer < VERSIONS; peer++) {
                for (long other = 0; other < VERSIONS; other++) {
                    assertThat(Quorum.acknowledged(own, peer, other)).as("%d %d %d", own, peer, other)
                        .isEqualTo(greatestHeld(own, peer, other));
                }
            }
        }
    }

    @Test
    void twoPeersWithoutTheHolderAreNoQuorum() {
        assertThat(Quorum.acknowledged(0, 5, 5)).isZero();
    }

    @Test
    void anyTwoQuorumsOfThreeMembersShareOne() {
        List<List<Integer>> quorums = new ArrayList<>();
        for (int one = 0; one < Quorum.MEMBERS; one++) {
            for (int other = one + 1; other < Quorum.MEMBERS; other++) {
                quorums.add(List.of(one, other));
            }
        }
        assertThat(quorums).allSatisfy(mine -> assertThat(quorums)
            .allSatisfy(theirs -> assertThat(theirs).containsAnyElementsOf(mine)));
    }

    @Test
    void onlyAnEntryOfTheHoldersOwnEpochCounts() {
        List<Epoch> epochs = epochs();
        for (Epoch entry : epochs) {
            for (Epoch holder : epochs) {
                boolean same = entry.generation() == holder.generation() && entry.counter() == holder.counter()
                    && entry.slot() == holder.slot();
                assertThat(Quorum.counts(entry, holder)).isEqualTo(same);
            }
        }
    }

    @Test
    void epochsAreOrderedByGenerationThenCounterThenSlot() {
        List<Epoch> epochs = epochs();
        for (int i = 0; i < epochs.size(); i++) {
            for (int j = 0; j < epochs.size(); j++) {
                Epoch one = epochs.get(i);
                Epoch other = epochs.get(j);
                assertThat(one.isBefore(other)).isEqualTo(i < j);
                assertThat(one.isAfter(other)).isEqualTo(i > j);
                assertThat(Epoch.max(one, other)).isEqualTo(epochs.get(Math.max(i, j)));
            }
        }
    }

    private static long greatestHeld(long own, long peer, long other) {
        return LongStream.rangeClosed(0, VERSIONS).filter(version -> own >= version
            && (peer >= version || other >= version)).max().orElseThrow();
    }

    /** In the order that they should have. */
    private static List<Epoch> epochs() {
        List<Epoch> epochs = new ArrayList<>();
        for (long generation = 0; generation < 3; generation++) {
            for (long counter = 0; counter < 3; counter++) {
                for (int slot = 0; slot < Quorum.MEMBERS; slot++) {
                    epochs.add(new Epoch(generation, counter, slot));
                }
            }
        }
        return epochs;
    }
}
