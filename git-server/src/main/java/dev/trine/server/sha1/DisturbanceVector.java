package dev.trine.server.sha1;

import static java.lang.Integer.rotateLeft;

import java.util.ArrayList;
import java.util.List;

/**
 * The core of a way to make SHA-1 collide: where the two messages disturb the state. Named as in Manuel,
 * "Classification and generation of disturbance vectors for collision attacks against SHA-1".
 *
 * @param type what the sixteen words look like from which the vector grows
 * @param k    the step where they begin
 * @param b    how many bits the vector is rotated by
 */
record DisturbanceVector(Type type, int k, int b) {
    /**
     * The 32 vectors that attacks can use at a cost below that of trying at random; which they are is taken from
     * <a href="https://github.com/cr-marcstevens/sha1collisiondetection">sha1collisiondetection</a>.
     */
    static final List<DisturbanceVector> ALL = all();

    /** The two kinds that are known to be cheap. */
    enum Type { I, II }

    private static List<DisturbanceVector> all() {
        List<DisturbanceVector> vectors = new ArrayList<>();
        for (int k = 43; k <= 52; k++) {
            vectors.add(new DisturbanceVector(Type.I, k, 0));
        }
        for (int k = 46; k <= 51; k++) {
            vectors.add(new DisturbanceVector(Type.I, k, 2));
        }
        for (int k = 45; k <= 56; k++) {
            vectors.add(new DisturbanceVector(Type.II, k, 0));
        }
        for (int k : new int[] {46, 49, 50, 51}) {
            vectors.add(new DisturbanceVector(Type.II, k, 2));
        }
        return List.copyOf(vectors);
    }

    /** A step before which the states of both messages are equal. */
    int quietStep() {
        return k < 50 ? 58 : 65;
    }

    /** What the 80 words of both expanded messages differ in, to be combined with exclusive or. */
    int[] messageDifference() {
        int before = 5;
        int[] disturbed = new int[before + 80 + 16];
        disturbed[before + k + 15] = rotateLeft(1, b);
        if (type == Type.II) {
            disturbed[before + k + 1] = rotateLeft(1, 31 + b);
            disturbed[before + k + 3] = rotateLeft(1, 31 + b);
        }
        for (int i = before + k + 16; i < before + 80; i++) {
            disturbed[i] = rotateLeft(
                disturbed[i - 3] ^ disturbed[i - 8] ^ disturbed[i - 14] ^ disturbed[i - 16], 1);
        }
        for (int i = before + k - 1; i >= 0; i--) {
            disturbed[i] = rotateLeft(disturbed[i + 16], 31) ^ disturbed[i + 13] ^ disturbed[i + 8]
                ^ disturbed[i + 2];
        }
        int[] difference = new int[80];
        for (int t = 0; t < 80; t++) { // a disturbance, and what corrects it in the next five steps
            int i = before + t;
            difference[t] = disturbed[i] ^ rotateLeft(disturbed[i - 1], 5) ^ disturbed[i - 2]
                ^ rotateLeft(disturbed[i - 3] ^ disturbed[i - 4] ^ disturbed[i - 5], 30);
        }
        return difference;
    }
}
