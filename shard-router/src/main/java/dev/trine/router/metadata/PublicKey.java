package dev.trine.router.metadata;

import dev.trine.common.text.Printable;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.OptionalInt;
import java.util.Set;

/** An SSH public key: its type, its wire form (RFC 4253, section 6.6) and a remark. */
public final class PublicKey {
    /** Greatest length of the wire form, in bytes; an RSA key of 16,384 bits has 2,100. */
    public static final int WIRE_BYTES_MAX = 4096;

    private static final String RSA = "ssh-rsa";
    private static final int LINE_CHARS_MAX = 8192;
    private static final int REMARK_CHARS_MAX = 255;
    private static final Set<String> TYPES = Set.of("ssh-ed25519", RSA, "ecdsa-sha2-nistp256",
        "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "sk-ssh-ed25519@openssh.com",
        "sk-ecdsa-sha2-nistp256@openssh.com");

    private final String type;
    private final byte[] wireForm;
    private final String remark;

    private PublicKey(String type, byte[] wireForm, String remark) {
        this.type = type;
        this.wireForm = wireForm;
        this.remark = remark;
    }

    /** Reads one line of OpenSSH's public key format: type, base64, remark. */
    public static PublicKey parse(String line) {
        if (line.length() > LINE_CHARS_MAX || line.strip().lines().count() != 1) {
            throw new IllegalArgumentException("a public key is one line of at most " + LINE_CHARS_MAX
                + " characters, as in the file id_ed25519.pub");
        }
        String[] words = line.strip().split("[ \t]+", 3);
        if (words.length < 2 || !TYPES.contains(words[0])) {
            throw new IllegalArgumentException("the line is not a public key: it must start with one of "
                + TYPES.stream().sorted().toList());
        }
        byte[] wireForm = decode(words[1]);
        if (wireForm.length > WIRE_BYTES_MAX || !words[0].equals(typeIn(wireForm))) {
            throw new IllegalArgumentException("the base64 part of the line is not a key of type " + words[0]);
        }
        String remark = words.length < 3 ? "" : Printable.line(words[2]);
        return new PublicKey(words[0], wireForm, remark.substring(0, Math.min(remark.length(), REMARK_CHARS_MAX)));
    }

    private static byte[] decode(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the second word of a public key line must be base64", e);
        }
    }

    private static String typeIn(byte[] wireForm) {
        ByteBuffer wire = ByteBuffer.wrap(wireForm);
        String type = new String(next(wire), StandardCharsets.US_ASCII);
        return wire.hasRemaining() ? type : "";
    }

    /** The next string of SSH's wire format; empty if there is none that is whole. */
    private static byte[] next(ByteBuffer wire) {
        int length = wire.remaining() < Integer.BYTES ? -1 : wire.getInt();
        if (length < 0 || length > wire.remaining()) {
            return new byte[0];
        }
        byte[] string = new byte[length];
        wire.get(string);
        return string;
    }

    /** Length of its modulus if it is an RSA key, 0 if that cannot be read; empty for other keys. */
    public OptionalInt rsaBits() {
        if (!type.equals(RSA)) {
            return OptionalInt.empty();
        }
        ByteBuffer wire = ByteBuffer.wrap(wireForm);
        next(wire); // type
        next(wire); // public exponent
        return OptionalInt.of(new BigInteger(1, next(wire)).bitLength());
    }

    public String type() {
        return type;
    }

    public byte[] wireForm() {
        return wireForm.clone();
    }

    public String remark() {
        return remark;
    }

    /** SHA-256 of the wire form. */
    public Sha256 fingerprint() {
        return Sha256.of(wireForm);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PublicKey that && Arrays.equals(wireForm, that.wireForm);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(wireForm);
    }
}
