package dev.trine.server.sha1;

import static java.lang.Integer.rotateLeft;

import java.util.Arrays;

/**
 * One block of each of {@value #LANES} messages through SHA-1's arithmetic. Everything lies in one array of planes: a
 * plane has one number of each lane. All loops run over planes without a branch and with constant distances in one
 * array, which is what the JIT compiler wants to see to make vector instructions of them.
 *
 * <p>Of the five words of the state only the newest is kept for each step: the others are those of the four
 * steps before, rotated. Planes 0 to 4 are the state before the first step, plane 5 + t is what step t makes.
 */
final class LaneArithmetic {
    /** Messages that are worked on together. */
    static final int LANES = 32;
    /** Plane of the newest word of the state that steps start from. */
    static final int START = 4;
    /** Plane of what the last step makes. */
    static final int END = 84;
    /** Plane of the first word of the expanded message. */
    static final int WORDS = 85;

    static final int K0 = 0x5a827999;
    static final int K1 = 0x6ed9eba1;
    static final int K2 = 0x8f1bbcdc;
    static final int K3 = 0xca62c1d6;

    private static final int L = LANES;
    private static final int W = WORDS * L;
    private static final int BROKEN = W + 80 * L; // 32 planes, for steps 32 to 63
    private static final int BROKEN_PLANES = 32;
    private static final int TO_BROKEN = BROKEN - W - 32 * L;
    private static final int DEMANDS = BROKEN + BROKEN_PLANES * L;
    // The relations that are looked at in all lanes: first and last step, and where their demands lie.
    private static final int A_FIRST = 40;
    private static final int A_LAST = 59;
    private static final int A_DEMANDS = DEMANDS - W - A_FIRST * L;
    private static final int B_FIRST = 37;
    private static final int B_LAST = 56;
    private static final int B_DEMANDS = A_DEMANDS + (A_LAST + 1 - B_FIRST) * L;
    private static final int C_FIRST = 40;
    private static final int C_LAST = 53;
    private static final int C_DEMANDS = B_DEMANDS + (B_LAST + 1 - C_FIRST) * L;
    private static final int D_FIRST = 35;
    private static final int D_LAST = 44;
    private static final int D_DEMANDS = C_DEMANDS + (C_LAST + 1 - D_FIRST) * L;
    private static final int E_FIRST = 39;
    private static final int E_LAST = 55;
    private static final int E_DEMANDS = D_DEMANDS + (D_LAST + 1 - E_FIRST) * L;
    private static final int F_FIRST = 44;
    private static final int F_LAST = 50;
    private static final int F_DEMANDS = E_DEMANDS + (E_LAST + 1 - F_FIRST) * L;
    private static final int ALL = W + (F_LAST + 1) * L + F_DEMANDS;
    private static final int[] BEGINNING = beginning();

    private LaneArithmetic() {
    }

    /** Planes for {@value #LANES} messages that have not begun. */
    static int[] planes() {
        return BEGINNING.clone();
    }

    private static int[] beginning() {
        int[] s = new int[ALL];
        demand(s, A_FIRST, A_LAST, A_DEMANDS, BitRelation.of(29, 1, 29, false));
        demand(s, B_FIRST, B_LAST, B_DEMANDS, BitRelation.of(4, 3, 29, false));
        demand(s, C_FIRST, C_LAST, C_DEMANDS, BitRelation.of(6, 2, 6, false));
        demand(s, D_FIRST, D_LAST, D_DEMANDS, BitRelation.of(1, 1, 6, true));
        demand(s, E_FIRST, E_LAST, E_DEMANDS, BitRelation.of(6, 1, 1, false));
        demand(s, F_FIRST, F_LAST, F_DEMANDS, BitRelation.of(29, 2, 29, true));
        return s;
    }

    private static void demand(int[] s, int first, int last, int demands, BitRelation relation) {
        for (int step = first; step <= last; step++) {
            int plane = W + step * L + demands;
            Arrays.fill(s, plane, plane + L, relation.vectors(step));
        }
    }

    /** Makes words 16 to 79 from words 0 to 15. */
    static void expand(int[] s) {
        for (int j = W + 16 * L; j < W + 80 * L; j++) {
            s[j] = rotateLeft(s[j - 3 * L] ^ s[j - 8 * L] ^ s[j - 14 * L] ^ s[j - 16 * L], 1);
        }
    }

    /** Takes the 80 steps. */
    static void compress(int[] s) {
        choose(s);
        firstParity(s);
        majority(s);
        secondParity(s);
    }

    private static void choose(int[] s) {
        for (int j = 5 * L; j < 25 * L; j++) {
            int c = rotateLeft(s[j - 3 * L], 30);
            int d = rotateLeft(s[j - 4 * L], 30);
            s[j] = rotateLeft(s[j - L], 5) + (d ^ s[j - 2 * L] & (c ^ d)) + rotateLeft(s[j - 5 * L], 30)
                + s[j + 80 * L] + K0;
        }
    }

    private static void firstParity(int[] s) {
        for (int j = 25 * L; j < 45 * L; j++) {
            s[j] = rotateLeft(s[j - L], 5) + (s[j - 2 * L] ^ rotateLeft(s[j - 3 * L] ^ s[j - 4 * L], 30))
                + rotateLeft(s[j - 5 * L], 30) + s[j + 80 * L] + K1;
        }
    }

    private static void majority(int[] s) {
        for (int j = 45 * L; j < 65 * L; j++) {
            int b = s[j - 2 * L];
            int c = rotateLeft(s[j - 3 * L], 30);
            int d = rotateLeft(s[j - 4 * L], 30);
            s[j] = rotateLeft(s[j - L], 5) + (b & c | d & (b | c)) + rotateLeft(s[j - 5 * L], 30)
                + s[j + 80 * L] + K2;
        }
    }

    private static void secondParity(int[] s) {
        for (int j = 65 * L; j < 85 * L; j++) {
            s[j] = rotateLeft(s[j - L], 5) + (s[j - 2 * L] ^ rotateLeft(s[j - 3 * L] ^ s[j - 4 * L], 30))
                + rotateLeft(s[j - 5 * L], 30) + s[j + 80 * L] + K3;
        }
    }

    /** Adds what the steps made to what they started from: the state before the next block. */
    static void feedForward(int[] s) {
        for (int j = 3 * L; j < 5 * L; j++) {
            s[j] += s[j + 80 * L];
        }
        for (int j = 0; j < 3 * L; j++) {
            s[j] = rotateLeft(rotateLeft(s[j], 30) + rotateLeft(s[j + 80 * L], 30), 2);
        }
    }

    /** Looks in all lanes at the relations that most vectors demand; {@link #open} then answers. */
    static void lookAtRelations(int[] s) {
        Arrays.fill(s, BROKEN, BROKEN + BROKEN_PLANES * L, 0);
        lookAtA(s);
        lookAtB(s);
        lookAtC(s);
        lookAtD(s);
        lookAtE(s);
        lookAtF(s);
        for (int planes = BROKEN_PLANES / 2; planes > 0; planes /= 2) {
            gather(s, planes * L);
        }
    }

    /** All bits set where the lowest bits differ. */
    private static int spread(int a, int b) {
        return (a ^ b) << 31 >> 31;
    }

    private static void lookAtA(int[] s) {
        for (int j = W + A_FIRST * L; j < W + (A_LAST + 1) * L; j++) {
            s[j + TO_BROKEN] |= spread(s[j] >>> 29, s[j + L] >>> 29) & s[j + A_DEMANDS];
        }
    }

    private static void lookAtB(int[] s) {
        for (int j = W + B_FIRST * L; j < W + (B_LAST + 1) * L; j++) {
            s[j + TO_BROKEN] |= spread(s[j] >>> 4, s[j + 3 * L] >>> 29) & s[j + B_DEMANDS];
        }
    }

    private static void lookAtC(int[] s) {
        for (int j = W + C_FIRST * L; j < W + (C_LAST + 1) * L; j++) {
            s[j + TO_BROKEN] |= spread(s[j] >>> 6, s[j + 2 * L] >>> 6) & s[j + C_DEMANDS];
        }
    }

    private static void lookAtD(int[] s) {
        for (int j = W + D_FIRST * L; j < W + (D_LAST + 1) * L; j++) {
            s[j + TO_BROKEN] |= ~spread(s[j] >>> 1, s[j + L] >>> 6) & s[j + D_DEMANDS];
        }
    }

    private static void lookAtE(int[] s) {
        for (int j = W + E_FIRST * L; j < W + (E_LAST + 1) * L; j++) {
            s[j + TO_BROKEN] |= spread(s[j] >>> 6, s[j + L] >>> 1) & s[j + E_DEMANDS];
        }
    }

    private static void lookAtF(int[] s) {
        for (int j = W + F_FIRST * L; j < W + (F_LAST + 1) * L; j++) {
            s[j + TO_BROKEN] |= ~spread(s[j] >>> 29, s[j + 2 * L] >>> 29) & s[j + F_DEMANDS];
        }
    }

    private static void gather(int[] s, int length) {
        for (int j = BROKEN; j < BROKEN + length; j++) {
            s[j] |= s[j + length];
        }
    }

    /** The vectors whose relations in the lane that were looked at all hold; bit v: vector number v. */
    static int open(int[] s, int lane) {
        return ~s[BROKEN + lane];
    }

    static int word(int[] s, int step, int lane) {
        return s[W + step * L + lane];
    }
}
