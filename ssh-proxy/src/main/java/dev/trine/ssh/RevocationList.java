package dev.trine.ssh;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Keys and certificates that are revoked, as ssh-keygen -k writes them (OpenSSH's PROTOCOL.krl): keys, their SHA-1 and
 * SHA-256 fingerprints, and certificates by serial number and by key id. Signatures of the list are passed over, as
 * OpenSSH does: who can write the file is trusted. Immutable.
 */
final class RevocationList {
    /** Revokes nothing. */
    static final RevocationList NONE = new RevocationList();
    /** Longest file. */
    static final int BYTES_MAX = 16 << 20;

    private static final long MAGIC = 0x5353484b524c0a00L;
    private static final int FORMAT = 1;
    private static final int CERTIFICATES = 1;
    private static final int KEYS = 2;
    private static final int SHA1 = 3;
    private static final int SIGNATURE = 4;
    private static final int SHA256 = 5;
    private static final int EXTENSION = 255;
    private static final int SERIALS = 0x20;
    private static final int SERIAL_RANGE = 0x21;
    private static final int SERIAL_BITS = 0x22;
    private static final int KEY_IDS = 0x23;
    private static final int CERTIFICATES_EXTENSION = 0x39;

    private final Set<ByteBuffer> keys = new HashSet<>();
    private final Set<ByteBuffer> sha1 = new HashSet<>();
    private final Set<ByteBuffer> sha256 = new HashSet<>();
    /** By the authority's key; the empty one stands for every authority. */
    private final Map<ByteBuffer, Certificates> certificates = new HashMap<>();

    private RevocationList() {
    }

    /** Serial numbers from one to another, both included, unsigned. */
    private record Range(long first, long last) {
        boolean contains(long serial) {
            return Long.compareUnsigned(first, serial) <= 0 && Long.compareUnsigned(serial, last) <= 0;
        }
    }

    /** Those serial numbers whose distance from the first is a bit that is set. */
    private record Bits(long first, BigInteger set) {
        boolean contains(long serial) {
            long distance = serial - first;
            return Long.compareUnsigned(first, serial) <= 0 && distance >= 0 && distance < set.bitLength()
                && set.testBit((int) distance);
        }
    }

    /** What is revoked of one authority. */
    private static final class Certificates {
        private final Set<Long> serials = new HashSet<>();
        private final List<Range> ranges = new ArrayList<>();
        private final List<Bits> bits = new ArrayList<>();
        private final Set<String> ids = new HashSet<>();

        boolean contain(long serial, String id) {
            // an authority that numbers nothing gives 0 to all
            return ids.contains(id) || serial != 0 && (serials.contains(serial)
                || ranges.stream().anyMatch(range -> range.contains(serial))
                || bits.stream().anyMatch(some -> some.contains(serial)));
        }
    }

    /**
     * Reads a file.
     *
     * @throws IOException it is not such a list, or has a part that this version does not know
     */
    static RevocationList parse(byte[] file) throws IOException {
        RevocationList list = new RevocationList();
        try {
            ByteBuffer in = ByteBuffer.wrap(file);
            if (in.getLong() != MAGIC || in.getInt() != FORMAT) {
                throw new IOException("it is not a key revocation list; make one with 'ssh-keygen -k'");
            }
            in.position(in.position() + 3 * Long.BYTES); // version, date, flags
            string(in);
            string(in); // comment
            while (in.hasRemaining()) {
                int type = Byte.toUnsignedInt(in.get());
                list.section(type, ByteBuffer.wrap(string(in)), in);
            }
            return list;
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            throw new IOException("the key revocation list is cut off or damaged", e);
        }
    }

    private void section(int type, ByteBuffer section, ByteBuffer after) throws IOException {
        switch (type) {
            case CERTIFICATES -> certificates(section);
            case KEYS -> strings(section, keys);
            case SHA1 -> strings(section, sha1);
            case SHA256 -> strings(section, sha256);
            case SIGNATURE -> string(after); // the section was the signer's key
            case EXTENSION -> extension(section);
            default -> throw unknown();
        }
    }

    private void certificates(ByteBuffer section) throws IOException {
        Certificates of = certificates.computeIfAbsent(ByteBuffer.wrap(string(section)), key -> new Certificates());
        string(section); // reserved
        while (section.hasRemaining()) {
            int type = Byte.toUnsignedInt(section.get());
            ByteBuffer part = ByteBuffer.wrap(string(section));
            switch (type) {
                case SERIALS -> {
                    while (part.hasRemaining()) {
                        of.serials.add(part.getLong());
                    }
                }
                case SERIAL_RANGE -> of.ranges.add(new Range(part.getLong(), part.getLong()));
                case SERIAL_BITS -> of.bits.add(new Bits(part.getLong(), new BigInteger(1, string(part))));
                case KEY_IDS -> {
                    while (part.hasRemaining()) {
                        of.ids.add(new String(string(part), StandardCharsets.UTF_8));
                    }
                }
                case CERTIFICATES_EXTENSION -> extension(part);
                default -> throw unknown();
            }
        }
    }

    private static void extension(ByteBuffer extension) throws IOException {
        string(extension); // name
        if (extension.get() != 0) {
            throw unknown();
        }
    }

    private static IOException unknown() {
        return new IOException("the key revocation list has a part that this version does not know");
    }

    private static void strings(ByteBuffer section, Set<ByteBuffer> into) {
        while (section.hasRemaining()) {
            into.add(ByteBuffer.wrap(string(section)));
        }
    }

    private static byte[] string(ByteBuffer in) {
        int length = in.getInt();
        if (length < 0 || length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] string = new byte[length];
        in.get(string);
        return string;
    }

    /** Whether a key, in SSH wire format and not a certificate, is revoked. */
    boolean revokesKey(byte[] wire) {
        return keys.contains(ByteBuffer.wrap(wire)) || sha256.contains(digest("SHA-256", wire))
            || sha1.contains(digest("SHA-1", wire));
    }

    /** Whether a certificate is revoked for itself, given the key of its authority in SSH wire format. */
    boolean revokesCertificate(byte[] authority, long serial, String id) {
        return List.of(ByteBuffer.wrap(authority), ByteBuffer.allocate(0)).stream()
            .filter(certificates::containsKey).anyMatch(of -> certificates.get(of).contain(serial, id));
    }

    private static ByteBuffer digest(String algorithm, byte[] wire) {
        try {
            return ByteBuffer.wrap(MessageDigest.getInstance(algorithm).digest(wire));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has " + algorithm, e);
        }
    }
}
