package dev.trine.server.repo;

import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import org.eclipse.jgit.lib.AnyObjectId;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.util.NB;

/**
 * The objects that the objects of a pack name: trees, parents, entries, what tags point to; each with the type that it
 * is said to have. Gives up beyond a number of objects. Threads add at the same time.
 */
final class LinkSet {
    private static final int STRIPES = 256;
    private static final int WORDS = 5;

    private final Stripe[] stripes = new Stripe[STRIPES];
    private final int perStripeMax;
    private volatile boolean useless;
    private volatile Optional<ObjectId> contradiction = Optional.empty();

    /**
     * Empty.
     *
     * @param objectsMax gives up at about this many objects
     */
    LinkSet(int objectsMax) {
        perStripeMax = Math.max(16, objectsMax / STRIPES);
        for (int i = 0; i < STRIPES; i++) {
            stripes[i] = new Stripe();
        }
    }

    /** Whether it gave up: it does not hold all links. */
    boolean isUseless() {
        return useless;
    }

    /** Takes no more. */
    void giveUp() {
        useless = true;
    }

    /** Adds the object whose raw name stands at an offset of an array. */
    void add(byte[] raw, int offset, int type) {
        if (useless) {
            return;
        }
        Stripe stripe = stripes[raw[offset] & 0xff];
        synchronized (stripe) {
            if (!stripe.add(NB.decodeInt32(raw, offset), NB.decodeInt32(raw, offset + 4),
                NB.decodeInt32(raw, offset + 8), NB.decodeInt32(raw, offset + 12),
                NB.decodeInt32(raw, offset + 16), (byte) type)) {
                contradiction = Optional.of(ObjectId.fromRaw(raw, offset));
            }
            useless |= stripe.count > perStripeMax;
        }
    }

    /** Adds the object with a name. */
    void add(AnyObjectId name, int type) {
        byte[] raw = new byte[Constants.OBJECT_ID_LENGTH];
        name.copyRawTo(raw, 0);
        add(raw, 0, type);
    }

    /** Asked about each link. */
    interface Known {
        boolean holds(ObjectId name, int type) throws UnusablePackException;
    }

    /** An object that two others name as of different types. */
    Optional<ObjectId> contradiction() {
        return contradiction;
    }

    /** Whether all links were kept and all lead to objects that are known; to be asked after the last was added. */
    boolean allLeadTo(Known known) throws UnusablePackException {
        if (useless) {
            return false;
        }
        boolean all = true;
        for (Stripe stripe : stripes) {
            for (int slot = 0; slot < stripe.types.length; slot++) {
                if (stripe.types[slot] != 0) {
                    all &= known.holds(stripe.name(slot), stripe.types[slot]);
                }
            }
        }
        return all;
    }

    /**
     * An open-addressed hash table of names and types; type 0 marks a free slot. The hash has a secret, because whoever
     * writes a tree chooses the names in it.
     */
    private static final class Stripe {
        private final long[] secret = new SplittableRandom().longs(WORDS).toArray();
        private int[] words = new int[16 * WORDS];
        private byte[] types = new byte[16];
        private int count;

        /** False: the object is there with another type. */
        boolean add(int w1, int w2, int w3, int w4, int w5, byte type) {
            int mask = types.length - 1;
            int slot = (int) (w1 * secret[0] + w2 * secret[1] + w3 * secret[2] + w4 * secret[3] + w5 * secret[4]
                >>> Integer.SIZE) & mask;
            while (types[slot] != 0) {
                int at = slot * WORDS;
                if (words[at] == w1 && words[at + 1] == w2 && words[at + 2] == w3 && words[at + 3] == w4
                    && words[at + 4] == w5) {
                    return types[slot] == type;
                }
                slot = slot + 1 & mask;
            }
            int at = slot * WORDS;
            words[at] = w1;
            words[at + 1] = w2;
            words[at + 2] = w3;
            words[at + 3] = w4;
            words[at + 4] = w5;
            types[slot] = type;
            count++;
            if (count * 2 > types.length) {
                grow();
            }
            return true;
        }

        private void grow() {
            int[] oldWords = words;
            byte[] oldTypes = types;
            words = new int[oldWords.length * 2];
            types = new byte[oldTypes.length * 2];
            count = 0;
            for (int slot = 0; slot < oldTypes.length; slot++) {
                if (oldTypes[slot] != 0) {
                    int at = slot * WORDS;
                    add(oldWords[at], oldWords[at + 1], oldWords[at + 2], oldWords[at + 3], oldWords[at + 4],
                        oldTypes[slot]);
                }
            }
        }

        ObjectId name(int slot) {
            return ObjectId.fromRaw(Arrays.copyOfRange(words, slot * WORDS, (slot + 1) * WORDS));
        }
    }
}
