package dev.trine.server.receive;

import dev.trine.common.model.RefName;
import dev.trine.common.model.RefValue;
import dev.trine.server.hosting.RefListing;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Counts refs, most of them without looking at them. Used once. */
final class RefCount implements RefListing.Visitor {
    private static final int LENGTH_DIGITS = 4;
    private static final int HEX = 16;

    private long count;

    private RefCount() {
    }

    /** How many refs there are below "refs/". */
    static long of(RefListing refs) throws IOException {
        RefCount counted = new RefCount();
        refs.list("refs/", counted);
        return counted.count;
    }

    @Override
    public void lines(byte[] bytes, int offset, int length) {
        for (int at = offset; at < offset + length; count++) {
            at += Integer.parseInt(new String(bytes, at, LENGTH_DIGITS, StandardCharsets.US_ASCII), HEX);
        }
    }

    @Override
    public void ref(RefName name, RefValue value) {
        count++;
    }
}
