package dev.trine.server.receive;

import dev.trine.common.model.ObjectName;
import dev.trine.common.model.RefName;
import dev.trine.common.model.RefUpdate;
import dev.trine.common.model.RefValue;
import dev.trine.server.pkt.ObjectFormat;
import dev.trine.server.pkt.OneLine;
import dev.trine.server.pkt.ProtocolErrorException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * One command of a push: create, update or delete a ref. Compared by identity, for a client may send the same twice.
 */
final class Command {
    private static final int HEX = 40;
    private static final String ZERO_ID = "0".repeat(HEX);

    private final String rawName;
    private final Optional<RefName> name;
    private final Optional<ObjectName> oldId;
    private final Optional<ObjectName> newId;

    private Command(String rawName, Optional<ObjectName> oldId, Optional<ObjectName> newId) {
        this.rawName = rawName;
        this.name = legalName(rawName);
        this.oldId = oldId;
        this.newId = newId;
    }

    /**
     * Parses {@code old-id SP new-id SP name}.
     *
     * @param line one character per byte, without capabilities
     */
    static Command parse(String line) throws ProtocolErrorException {
        if (line.length() > 129 && line.charAt(HEX) != ' ' && line.charAt(64) == ' ') {
            ObjectFormat.requireSha1("sha256");
        }
        if (line.length() < 2 * HEX + 3 || line.charAt(HEX) != ' ' || line.charAt(2 * HEX + 1) != ' ') {
            throw new ProtocolErrorException("expected 'old-id new-id ref', got '" + OneLine.of(line) + "'");
        }
        return new Command(line.substring(2 * HEX + 2), id(line.substring(0, HEX)),
            id(line.substring(HEX + 1, 2 * HEX + 1)));
    }

    /** The command that changes a ref; at least one of the two ids is there. */
    static Command of(RefUpdate update) {
        byte[] name = update.name().value().getBytes(StandardCharsets.UTF_8);
        return new Command(new String(name, StandardCharsets.ISO_8859_1), id(update.oldValue()),
            id(update.newValue()));
    }

    private static Optional<ObjectName> id(Optional<RefValue> value) {
        return value.map(held -> switch (held) {
            case RefValue.Direct direct -> direct.id();
            case RefValue.Symbolic symbolic -> throw new IllegalArgumentException("a symbolic ref: " + symbolic);
        });
    }

    private static Optional<ObjectName> id(String hex) throws ProtocolErrorException {
        try {
            return hex.equals(ZERO_ID) ? Optional.empty() : Optional.of(new ObjectName(hex));
        } catch (IllegalArgumentException e) {
            throw new ProtocolErrorException("'" + hex + "' is no object id");
        }
    }

    private static Optional<RefName> legalName(String rawName) {
        try {
            String name = StandardCharsets.UTF_8.newDecoder()
                .decode(ByteBuffer.wrap(rawName.getBytes(StandardCharsets.ISO_8859_1))).toString();
            return RefName.isLegal(name) ? Optional.of(new RefName(name)) : Optional.empty();
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    /** The name as it was sent, one character per byte: to be echoed in the report. */
    String rawName() {
        return rawName;
    }

    /** The name as it is shown to people. */
    String shownName() {
        return OneLine.of(new String(rawName.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8));
    }

    /** The name, if it is legal. */
    Optional<RefName> name() {
        return name;
    }

    /** What the client believes that the ref holds; empty: it does not exist. */
    Optional<ObjectName> oldId() {
        return oldId;
    }

    /** What the ref is to hold; empty: it is deleted. */
    Optional<ObjectName> newId() {
        return newId;
    }

    boolean isDelete() {
        return newId.isEmpty();
    }
}
