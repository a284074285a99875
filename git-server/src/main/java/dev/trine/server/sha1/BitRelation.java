package dev.trine.server.sha1;

import static dev.trine.server.sha1.DisturbanceVector.Type.I;
import static dev.trine.server.sha1.DisturbanceVector.Type.II;

import java.util.List;

/**
 * Two bits of an expanded message, some steps apart, that must be equal, or must differ, in every message that an
 * attack with one of some disturbance vectors has made: an unavoidable condition. A block that breaks a condition of a
 * vector cannot belong to a collision by that vector.
 *
 * <p>The conditions are facts found by Stevens and Shumow, taken from the tables of
 * <a href="https://github.com/cr-marcstevens/sha1collisiondetection">sha1collisiondetection</a>, copyright 2017 Marc
 * Stevens and Dan Shumow, under the MIT licence (see the file NOTICE). Written down here by what they have in
 * common: the same two bits, at a step that moves along with the vector.
 */
final class BitRelation {
    /** All relations; those that hold for most vectors first. */
    static final List<BitRelation> ALL = List.of(
        new BitRelation(29, 1, 29, false)
            .at(I, 0, -8, 48, 52).at(I, 0, -7, 47, 52).at(I, 0, -4, 44, 52).at(I, 0, 3, 43, 52)
            .at(II, 0, -16, 56, 56).at(II, 0, -7, 47, 56).at(II, 0, -6, 46, 56).at(II, 0, -2, 45, 56)
            .at(II, 0, -1, 45, 56).at(II, 0, 4, 45, 54).at(II, 0, 7, 45, 52),
        new BitRelation(4, 3, 29, false)
            .at(I, 0, -10, 47, 52).at(I, 0, -6, 43, 52).at(I, 0, -4, 43, 52).at(I, 0, -2, 43, 52)
            .at(I, 0, 0, 43, 52).at(II, 0, -18, 55, 56).at(II, 0, -16, 53, 56).at(II, 0, -9, 46, 56)
            .at(II, 0, -4, 45, 56).at(II, 0, 2, 45, 54).at(II, 0, 4, 45, 52),
        new BitRelation(4, 4, 29, false)
            .at(I, 0, -13, 48, 52).at(I, 0, -10, 45, 46).at(II, 0, -12, 47, 56).at(II, 0, -9, 45, 45)
            .at(II, 0, 4, 53, 56),
        new BitRelation(6, 2, 6, false)
            .at(I, 2, -6, 46, 51).at(I, 2, -4, 46, 51).at(I, 2, -2, 46, 51).at(II, 2, 2, 46, 51),
        new BitRelation(1, 1, 6, true)
            .at(I, 0, 18, 43, 45).at(I, 2, -14, 49, 51).at(I, 2, -11, 46, 48).at(I, 2, -11, 50, 51)
            .at(I, 2, -7, 46, 48).at(I, 2, -7, 51, 51).at(II, 0, 18, 45, 45).at(II, 2, -10, 46, 51)
            .at(II, 2, -5, 46, 49),
        new BitRelation(29, 2, 29, true)
            .at(I, 0, -3, 47, 52).at(I, 0, -1, 45, 51).at(I, 0, 1, 43, 49).at(II, 0, 5, 45, 45),
        new BitRelation(6, 1, 1, false)
            .at(I, 2, -10, 49, 51).at(I, 2, 0, 46, 51).at(II, 2, -9, 49, 51).at(II, 2, -4, 46, 51)
            .at(II, 2, 4, 46, 51),
        new BitRelation(4, 2, 4, true)
            .at(I, 0, -6, 43, 46).at(I, 0, -4, 43, 44).at(II, 0, -18, 54, 56).at(II, 0, -16, 52, 56),
        new BitRelation(3, 4, 28, false)
            .at(I, 0, -16, 51, 51).at(II, 0, -12, 47, 56),
        new BitRelation(29, 3, 29, true)
            .at(I, 0, 1, 50, 50).at(I, 0, 1, 52, 52).at(II, 0, 4, 47, 47).at(II, 0, 4, 49, 49).at(II, 0, 4, 52, 52)
            .at(II, 0, 5, 46, 46).at(II, 0, 5, 48, 48).at(II, 0, 5, 50, 51).at(II, 0, 5, 53, 53),
        new BitRelation(0, 1, 5, true)
            .at(I, 0, 15, 45, 48).at(II, 0, 15, 45, 48),
        new BitRelation(5, 4, 30, false)
            .at(I, 0, 16, 43, 44).at(I, 2, -16, 51, 51).at(II, 2, -12, 49, 51),
        new BitRelation(0, 5, 30, true)
            .at(I, 0, 15, 43, 44).at(II, 2, -13, 49, 51),
        new BitRelation(30, 5, 28, true)
            .at(II, 0, -13, 48, 52),
        new BitRelation(2, 1, 7, true)
            .at(I, 2, 15, 46, 48).at(II, 2, 15, 46, 46),
        new BitRelation(1, 4, 1, true)
            .at(II, 2, 1, 46, 51),
        new BitRelation(1, 2, 1, true)
            .at(I, 2, -11, 49, 49).at(II, 2, -5, 50, 51),
        new BitRelation(4, 1, 4, true)
            .at(I, 0, -14, 50, 52),
        new BitRelation(29, 7, 29, true)
            .at(I, 0, -4, 52, 52).at(I, 0, -3, 51, 51),
        new BitRelation(1, 8, 1, true)
            .at(I, 2, -7, 49, 50),
        new BitRelation(1, 0, 6, false)
            .at(I, 2, -14, 51, 51),
        new BitRelation(4, 2, 29, false)
            .at(II, 0, 2, 55, 55));

    private static final int STEPS = 80;

    private final int bit;
    private final int distance;
    private final int otherBit;
    private final boolean differ;
    private final int[] vectorsByStep = new int[STEPS];

    /**
     * A relation that no vector demands yet.
     *
     * @param bit      a bit of the word of some step, 0 is the lowest
     * @param distance how many steps later the other word is
     * @param otherBit the bit in that word
     * @param differ   whether they must differ; else they must be equal
     */
    private BitRelation(int bit, int distance, int otherBit, boolean differ) {
        this.bit = bit;
        this.distance = distance;
        this.otherBit = otherBit;
        this.differ = differ;
    }

    /** Vectors of a type and b, with k in a range, demand it between the words of steps k + offset and later. */
    private BitRelation at(DisturbanceVector.Type type, int b, int offset, int firstK, int lastK) {
        for (int v = 0; v < DisturbanceVector.ALL.size(); v++) {
            DisturbanceVector vector = DisturbanceVector.ALL.get(v);
            if (vector.type() == type && vector.b() == b && firstK <= vector.k() && vector.k() <= lastK) {
                vectorsByStep[vector.k() + offset] |= 1 << v;
            }
        }
        return this;
    }

    /** The relation of two bits, which must be in the table. */
    static BitRelation of(int bit, int distance, int otherBit, boolean differ) {
        return ALL.stream().filter(one -> one.bit == bit && one.distance == distance && one.otherBit == otherBit
            && one.differ == differ).findFirst().orElseThrow();
    }

    int bit() {
        return bit;
    }

    int distance() {
        return distance;
    }

    int otherBit() {
        return otherBit;
    }

    boolean differ() {
        return differ;
    }

    /** The vectors that demand it of a step's word and the one {@link #distance} later; bit v: vector number v. */
    int vectors(int step) {
        return vectorsByStep[step];
    }
}
