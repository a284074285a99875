package dev.trine.server.store;

import dev.trine.common.model.Epoch;
import dev.trine.common.model.Member;
import dev.trine.common.model.Position;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;

/**
 * Writes the compact form of a value: unsigned numbers in groups of seven bits, lowest first; hexadecimal ids as the
 * bytes they stand for, without length; texts and lists behind their length. {@link Decoder} reads it back.
 */
final class Encoder {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(128);

    /** One byte, 0 to 255. */
    Encoder octet(int value) {
        bytes.write(value);
        return this;
    }

    /** A number that is not negative. */
    Encoder number(long value) {
        if (value < 0) {
            throw new IllegalArgumentException("a number below zero: " + value);
        }
        long rest = value;
        while (rest >= 0x80) {
            bytes.write((int) (rest & 0x7f | 0x80));
            rest >>>= 7;
        }
        bytes.write((int) rest);
        return this;
    }

    /** The eight bytes of a number, highest first, so that keys sort as the numbers do. */
    Encoder fixed(long value) {
        for (int shift = 56; shift >= 0; shift -= 8) {
            bytes.write((int) (value >>> shift));
        }
        return this;
    }

    Encoder hex(String digits) {
        return raw(HexFormat.of().parseHex(digits));
    }

    Encoder raw(byte[] value) {
        bytes.write(value, 0, value.length);
        return this;
    }

    Encoder text(String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        return number(utf8.length).raw(utf8);
    }

    Encoder epoch(Epoch epoch) {
        return number(epoch.generation()).number(epoch.counter()).number(epoch.slot());
    }

    Encoder position(Position position) {
        return number(position.version()).epoch(position.epoch());
    }

    Encoder member(Member member) {
        return text(member.node().value()).hex(member.incarnation().value());
    }

    <T> Encoder list(List<T> items, Consumer<T> each) {
        number(items.size());
        items.forEach(each);
        return this;
    }

    byte[] toBytes() {
        return bytes.toByteArray();
    }
}
