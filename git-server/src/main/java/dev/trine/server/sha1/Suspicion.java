package dev.trine.server.sha1;

import static dev.trine.server.sha1.LaneArithmetic.END;
import static dev.trine.server.sha1.LaneArithmetic.K0;
import static dev.trine.server.sha1.LaneArithmetic.K1;
import static dev.trine.server.sha1.LaneArithmetic.K2;
import static dev.trine.server.sha1.LaneArithmetic.K3;
import static dev.trine.server.sha1.LaneArithmetic.LANES;
import static dev.trine.server.sha1.LaneArithmetic.START;
import static dev.trine.server.sha1.LaneArithmetic.word;
import static java.lang.Integer.rotateLeft;

import java.util.stream.IntStream;

/**
 * Looks closer at a block that a disturbance vector may have made: if the block with the vector's difference, started
 * from the state that this one passes through at a quiet step, leads to the same result, then both were made to
 * collide. Used by one thread.
 */
final class Suspicion {
    private static final int STEPS = 80;

    private static final int[][] DIFFERENCES =
        DisturbanceVector.ALL.stream().map(DisturbanceVector::messageDifference).toArray(int[][]::new);
    private static final int[][] CONDITIONS =
        IntStream.range(0, DisturbanceVector.ALL.size()).mapToObj(Suspicion::conditions).toArray(int[][]::new);

    private final int[] state = new int[END + 1];
    private final int[] words = new int[STEPS];
    private long recomputed;

    /** What a vector demands, five numbers each: step, bit, other step, other bit, 1 if they must differ. */
    private static int[] conditions(int vector) {
        IntStream.Builder found = IntStream.builder();
        for (BitRelation relation : BitRelation.ALL.reversed()) { // those first that were not looked at in all lanes
            for (int step = 0; step < STEPS; step++) {
                if ((relation.vectors(step) >>> vector & 1) != 0) {
                    found.add(step).add(relation.bit()).add(step + relation.distance()).add(relation.otherBit())
                        .add(relation.differ() ? 1 : 0);
                }
            }
        }
        return found.build().toArray();
    }

    /**
     * Whether the block that a lane has just taken is one of two that collide.
     *
     * @param open numbers of vectors that are not ruled out yet, as bits
     */
    boolean isCollision(int[] s, int lane, int open) {
        for (int left = open; left != 0; left &= left - 1) {
            int vector = Integer.numberOfTrailingZeros(left);
            if (meetsAll(vector, s, lane) && collides(s, lane, vector)) {
                return true;
            }
        }
        return false;
    }

    /** How often a block was computed again. */
    long recomputed() {
        return recomputed;
    }

    /** Whether the expanded message in a lane meets all that a vector demands. */
    static boolean meetsAll(int vector, int[] s, int lane) {
        int[] conditions = CONDITIONS[vector];
        for (int i = 0; i < conditions.length; i += 5) {
            int one = word(s, conditions[i], lane) >>> conditions[i + 1];
            int other = word(s, conditions[i + 2], lane) >>> conditions[i + 3];
            if (((one ^ other) & 1) != conditions[i + 4]) {
                return false;
            }
        }
        return true;
    }

    private boolean collides(int[] s, int lane, int vector) {
        recomputed++;
        int[] difference = DIFFERENCES[vector];
        for (int t = 0; t < STEPS; t++) {
            words[t] = word(s, t, lane) ^ difference[t];
        }
        int quiet = DisturbanceVector.ALL.get(vector).quietStep();
        for (int plane = quiet; plane <= quiet + START; plane++) {
            state[plane] = s[plane * LANES + lane];
        }
        forward(quiet);
        backward(quiet);
        for (int plane = 0; plane <= START; plane++) {
            int bits = plane < START - 1 ? 30 : 0;
            if (rotateLeft(state[plane], bits) + rotateLeft(state[plane + STEPS], bits)
                != rotateLeft(s[plane * LANES + lane], bits) + rotateLeft(s[(plane + STEPS) * LANES + lane], bits)) {
                return false;
            }
        }
        return true;
    }

    private void forward(int from) {
        int t = from;
        for (; t < 60; t++) {
            state[t + 5] = newest(t) + majority(t) + oldest(t) + words[t] + K2;
        }
        for (; t < STEPS; t++) {
            state[t + 5] = newest(t) + parity(t) + oldest(t) + words[t] + K3;
        }
    }

    private void backward(int from) {
        int t = from - 1;
        for (; t >= 60; t--) {
            state[t] = rotateLeft(state[t + 5] - newest(t) - parity(t) - words[t] - K3, 2);
        }
        for (; t >= 40; t--) {
            state[t] = rotateLeft(state[t + 5] - newest(t) - majority(t) - words[t] - K2, 2);
        }
        for (; t >= 20; t--) {
            state[t] = rotateLeft(state[t + 5] - newest(t) - parity(t) - words[t] - K1, 2);
        }
        for (; t >= 0; t--) {
            state[t] = rotateLeft(state[t + 5] - newest(t) - choice(t) - words[t] - K0, 2);
        }
    }

    private int newest(int t) {
        return rotateLeft(state[t + 4], 5);
    }

    private int oldest(int t) {
        return rotateLeft(state[t], 30);
    }

    private int parity(int t) {
        return state[t + 3] ^ rotateLeft(state[t + 2] ^ state[t + 1], 30);
    }

    private int majority(int t) {
        int c = rotateLeft(state[t + 2], 30);
        int d = rotateLeft(state[t + 1], 30);
        return state[t + 3] & c | d & (state[t + 3] | c);
    }

    private int choice(int t) {
        int d = rotateLeft(state[t + 1], 30);
        return d ^ state[t + 3] & (rotateLeft(state[t + 2], 30) ^ d);
    }
}
