package dev.trine.common.bulk;

import com.google.protobuf.ByteString;
import java.util.random.RandomGenerator;

/** What a front door shows on a connection to get the bytes of one call; a secret between it and the node. */
public record BulkToken(ByteString value) {
    /** Its length. */
    public static final int BYTES = 16;

    public BulkToken {
        if (value.size() != BYTES) {
            throw new IllegalArgumentException("a token has " + BYTES + " bytes");
        }
    }

    static BulkToken random(RandomGenerator random) {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return new BulkToken(ByteString.copyFrom(bytes));
    }

    @Override
    public String toString() {
        return "token"; // never in a log
    }
}
