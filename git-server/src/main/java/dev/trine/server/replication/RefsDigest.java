package dev.trine.server.replication;

import dev.trine.common.model.RefName;
import dev.trine.common.model.RefUpdate;
import dev.trine.common.model.RefValue;
import dev.trine.common.model.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A digest of all refs that follows their changes: what an update costs depends on the update, not on how many refs
 * there are. Equal refs have equal digests, whatever the order of the changes that led to them; unequal ones have
 * unequal digests, for nobody can find two sets of refs with the same one.
 *
 * <p>It is LtHash16 with 1,024 lanes: each ref is a line, {@code OBJECTID NAME} or {@code ref: TARGET NAME}, expanded
 * to 1,024 numbers of 16 bits by SHA-256 in counter mode, and the digest is the sum of the lines' numbers, lane by
 * lane, modulo 2^16; a line is taken out by subtraction. Peeled ids follow from the object ids and are left out.
 * Source: Lewi, Kim, Maykov, Weis, "Securing Update Propagation with Homomorphic Hashing", 2019, after Bellare and
 * Micciancio, "A New Paradigm for Collision-Free Hashing", 1997; with SHA-256 where they use BLAKE2Xb.
 */
public final class RefsDigest {
    /** Bytes of {@link #lanes}. */
    public static final int LENGTH = 2_048;

    /** Of no refs at all. */
    public static final RefsDigest EMPTY = new RefsDigest(new short[LENGTH / Short.BYTES]);

    private static final int BLOCK = 32;
    private static final int PARALLEL_FROM = 256;

    private final short[] lanes;

    private RefsDigest(short[] lanes) {
        this.lanes = lanes;
    }

    /** The digest that {@link #lanes} told. */
    public static RefsDigest ofLanes(byte[] bytes) {
        if (bytes.length != LENGTH) {
            throw new IllegalArgumentException("a digest of refs has " + LENGTH + " bytes, not " + bytes.length);
        }
        short[] lanes = new short[LENGTH / Short.BYTES];
        addTo(lanes, bytes, 1);
        return new RefsDigest(lanes);
    }

    /** The digest after some refs came into being that did not exist before. */
    public RefsDigest with(Map<RefName, RefValue> added) {
        return plus(added.entrySet(), ref -> Stream.of(new Term(line(ref.getKey(), ref.getValue()), 1)));
    }

    /** The digest after a transaction; the refs had the updates' old values. */
    public RefsDigest after(List<RefUpdate> updates) {
        return plus(updates, update -> Stream.concat(term(update.name(), update.oldValue(), -1),
            term(update.name(), update.newValue(), 1)));
    }

    /** The digest of all refs of a table. */
    public static RefsDigest of(RefTable refs) {
        Map<RefName, RefValue> all = new LinkedHashMap<>();
        refs.scan("", (name, value) -> {
            all.put(name, value);
            return true;
        });
        return EMPTY.with(all);
    }

    private static Stream<Term> term(RefName name, Optional<RefValue> value, int sign) {
        return value.stream().map(present -> new Term(line(name, present), sign));
    }

    /** Sums are the same in any order, so many lines are expanded by all processors. */
    private <T> RefsDigest plus(Collection<T> changes, Function<T, Stream<Term>> terms) {
        if (changes.size() < PARALLEL_FROM) {
            Sum sum = new Sum(lanes.clone());
            changes.stream().flatMap(terms).forEach(sum::add);
            return new RefsDigest(sum.lanes);
        }
        Sum sum = changes.parallelStream().flatMap(terms).collect(() -> new Sum(new short[lanes.length]), Sum::add,
            Sum::addAll);
        sum.addAll(new Sum(lanes));
        return new RefsDigest(sum.lanes);
    }

    private static String line(RefName name, RefValue value) {
        return switch (value) {
            case RefValue.Direct direct -> direct.id().hex() + " " + name;
            case RefValue.Symbolic symbolic -> "ref: " + symbolic.target() + " " + name;
        };
    }

    /** The whole digest, {@value #LENGTH} bytes: the lanes in order, each with its lower byte first. */
    public byte[] lanes() {
        byte[] bytes = new byte[LENGTH];
        for (int i = 0; i < lanes.length; i++) {
            bytes[2 * i] = (byte) lanes[i];
            bytes[2 * i + 1] = (byte) (lanes[i] >>> 8);
        }
        return bytes;
    }

    /** The digest as it is published: SHA-256 of {@link #lanes}. */
    public Sha256 sha256() {
        return new Sha256(HexFormat.of().formatHex(newSha256().digest(lanes())));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RefsDigest digest && Arrays.equals(lanes, digest.lanes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(lanes);
    }

    @Override
    public String toString() {
        return sha256().hex();
    }

    private static void addTo(short[] lanes, byte[] numbers, int sign) {
        for (int i = 0; i < lanes.length; i++) {
            lanes[i] += (short) (sign * (numbers[2 * i] & 0xff | numbers[2 * i + 1] << 8));
        }
    }

    private static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** A line that is put in (sign 1) or taken out (sign -1). */
    private record Term(String line, int sign) {
    }

    /** Lanes that grow, with what expands a line; used by one thread at a time. */
    private static final class Sum {
        private final short[] lanes;
        private final MessageDigest sha256 = newSha256();
        private final byte[] numbers = new byte[LENGTH];

        Sum(short[] lanes) {
            this.lanes = lanes;
        }

        void add(Term term) {
            byte[] seed = sha256.digest(term.line().getBytes(StandardCharsets.UTF_8));
            byte[] seedAndCounter = Arrays.copyOf(seed, BLOCK + 1);
            try {
                for (int block = 0; block < LENGTH / BLOCK; block++) {
                    seedAndCounter[BLOCK] = (byte) block;
                    sha256.update(seedAndCounter);
                    sha256.digest(numbers, block * BLOCK, BLOCK);
                }
            } catch (DigestException e) {
                throw new IllegalStateException("SHA-256 has " + BLOCK + " bytes", e);
            }
            addTo(lanes, numbers, term.sign());
        }

        void addAll(Sum other) {
            for (int i = 0; i < lanes.length; i++) {
                lanes[i] += other.lanes[i];
            }
        }
    }
}
