package dev.trine.server.replication;

import dev.trine.common.model.Member;
import dev.trine.common.model.PackName;
import dev.trine.common.model.RefName;
import dev.trine.common.model.RefUpdate;
import dev.trine.common.model.RefValue;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * SHA-256 over a log up to one entry, 64 hexadecimal digits: equal positions on two nodes must have equal chains. A
 * trip-wire against corruption; no decision of the protocol uses it. Who made a change is not part of it.
 */
public record Chain(String hex) {
    /** Of the empty log. */
    public static final Chain START = new Chain("0".repeat(64));

    public Chain {
        if (hex.length() != 64 || !hex.chars().allMatch(c -> c >= '0' && c <= '9' || c >= 'a' && c <= 'f')) {
            throw new IllegalArgumentException("not a chain value: '" + hex + "'");
        }
    }

    /** The chain value of an entry that follows this one. */
    public Chain then(LogEntry entry) {
        Digest digest = new Digest();
        digest.text(hex);
        digest.number(entry.position().version());
        digest.number(entry.position().epoch().generation());
        digest.number(entry.position().epoch().counter());
        digest.number(entry.position().epoch().slot());
        switch (entry) {
            case LogEntry.Push push -> digest.push(push);
            case LogEntry.Noop noop -> digest.text("noop");
            case LogEntry.Abort abort -> {
                digest.text("abort");
                digest.text(abort.pushId().value());
            }
            case LogEntry.Seal seal -> {
                digest.text("seal");
                seal.nextMembers().forEach(digest::member);
            }
        }
        return new Chain(digest.hex());
    }

    @Override
    public String toString() {
        return hex.substring(0, 8);
    }

    /** Feeds values to SHA-256, each text preceded by its length, so that no two entries feed the same bytes. */
    private static final class Digest {
        private final MessageDigest sha256;

        Digest() {
            try {
                sha256 = MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java platform has SHA-256", e);
            }
        }

        void number(long value) {
            byte[] bytes = new byte[Long.BYTES];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) (value >>> 8 * i);
            }
            sha256.update(bytes);
        }

        void text(String value) {
            number(value.length());
            byte[] bytes = new byte[2 * value.length()];
            for (int i = 0; i < value.length(); i++) {
                bytes[2 * i] = (byte) value.charAt(i);
                bytes[2 * i + 1] = (byte) (value.charAt(i) >>> 8);
            }
            sha256.update(bytes);
        }

        void push(LogEntry.Push push) {
            text("push");
            text(push.pushId().value());
            number(push.updates().size());
            for (RefUpdate update : push.updates()) {
                name(update.name());
                value(update.oldValue());
                value(update.newValue());
            }
            for (PackName pack : push.packs()) {
                text(pack.hex());
            }
        }

        void name(RefName name) {
            text(name.value());
        }

        void value(Optional<RefValue> value) {
            if (value.isEmpty()) {
                text("none");
                return;
            }
            switch (value.get()) {
                case RefValue.Direct direct -> {
                    text(direct.id().hex());
                    direct.peeled().ifPresentOrElse(peeled -> text(peeled.hex()), () -> text(""));
                }
                case RefValue.Symbolic symbolic -> {
                    text("->");
                    name(symbolic.target());
                }
            }
        }

        void member(Member member) {
            text(member.node().value());
            text(member.incarnation().value());
        }

        String hex() {
            return HexFormat.of().formatHex(sha256.digest());
        }
    }
}
