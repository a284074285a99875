package dev.trine.server.store;

import dev.trine.common.model.Epoch;
import dev.trine.common.model.Incarnation;
import dev.trine.common.model.Member;
import dev.trine.common.model.NodeId;
import dev.trine.common.model.Position;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/** Reads what {@link Encoder} wrote; bytes that it did not write are a {@link StoreException}. */
final class Decoder {
    private final ByteBuffer bytes;

    private Decoder(byte[] bytes) {
        this.bytes = ByteBuffer.wrap(bytes);
    }

    /**
     * Decodes one whole value.
     *
     * @param what names the value in the message of the exception
     */
    static <T> T decode(byte[] value, String what, Function<Decoder, T> form) {
        return decodeStart(value, what, decoder -> {
            T decoded = form.apply(decoder);
            if (decoder.bytes.hasRemaining()) {
                throw new StoreException(what + ": " + decoder.bytes.remaining() + " bytes too many");
            }
            return decoded;
        });
    }

    /** As {@link #decode}, but of a value whose end is of no interest. */
    static <T> T decodeStart(byte[] value, String what, Function<Decoder, T> form) {
        try {
            return form.apply(new Decoder(value));
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            throw new StoreException(what + ": not readable: " + HexFormat.of().formatHex(value, 0,
                Math.min(value.length, 64)), e);
        }
    }

    /** The next byte must be this version of the form; another one was written by a newer release. */
    Decoder version(int known) {
        int version = octet();
        if (version != known) {
            throw new IllegalArgumentException("unknown version of the form: " + version);
        }
        return this;
    }

    /** As {@link #version(int)}, one of two; returns which. */
    int version(int known, int newer) {
        int version = octet();
        if (version != known && version != newer) {
            throw new IllegalArgumentException("unknown version of the form: " + version);
        }
        return version;
    }

    int octet() {
        return bytes.get() & 0xff;
    }

    long number() {
        long value = 0;
        for (int shift = 0; shift < 63; shift += 7) {
            int next = octet();
            value |= (long) (next & 0x7f) << shift;
            if (next < 0x80) {
                return value;
            }
        }
        throw new IllegalArgumentException("a number of more than 63 bits");
    }

    long fixed() {
        return bytes.getLong();
    }

    /** A number that must fit the bytes that are left, so that a damaged length allocates nothing. */
    int length() {
        long length = number();
        if (length > bytes.remaining()) {
            throw new BufferUnderflowException();
        }
        return (int) length;
    }

    byte[] raw(int length) {
        byte[] value = new byte[length];
        bytes.get(value);
        return value;
    }

    String hex(int digits) {
        return HexFormat.of().formatHex(raw(digits / 2));
    }

    String text() {
        return new String(raw(length()), StandardCharsets.UTF_8);
    }

    /** All that is left, as text. */
    String rest() {
        return new String(raw(bytes.remaining()), StandardCharsets.UTF_8);
    }

    Epoch epoch() {
        return new Epoch(number(), number(), (int) number());
    }

    Position position() {
        return new Position(number(), epoch());
    }

    Member member() {
        return new Member(new NodeId(text()), new Incarnation(hex(32)));
    }

    <T> List<T> list(Supplier<T> each) {
        int size = length();
        List<T> items = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            items.add(each.get());
        }
        return items;
    }
}
