package dev.trine.server.receive;

import dev.trine.common.model.ObjectName;
import dev.trine.common.model.RefName;
import dev.trine.common.model.RefValue;
import dev.trine.server.replication.RefTable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Writes the refs that a push starts from, straight from the ref table, one pkt-line each. */
final class RefAdvertisement {
    private static final String CAPABILITIES = "report-status report-status-v2 delete-refs side-band-64k quiet atomic"
        + " ofs-delta push-options object-format=sha1 agent=trine/0.1";
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final int LINE_BYTES_MAX = 4 + 40 + 1 + RefName.BYTES_MAX + 1 + CAPABILITIES.length() + 1;
    private static final int SYMREF_DEPTH_MAX = 5;
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private final OutputStream out;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int length;
    private boolean first = true;

    RefAdvertisement(OutputStream out) {
        this.out = out;
    }

    /** Writes all refs but HEAD, and a flush packet; a repository without refs advertises "capabilities^{}". */
    void write(RefTable refs) throws IOException {
        try {
            refs.scan("refs/", (name, value) -> {
                direct(refs, value, SYMREF_DEPTH_MAX).ifPresent(id -> line(id.hex(), name.value()));
                return true;
            });
            if (first) {
                line("0".repeat(40), "capabilities^{}");
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        out.write(buffer, 0, length);
        out.write("0000".getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    private static Optional<ObjectName> direct(RefTable refs, RefValue value, int depth) {
        return switch (value) {
            case RefValue.Direct object -> Optional.of(object.id());
            case RefValue.Symbolic symref -> depth == 0 ? Optional.empty()
                : refs.get(symref.target()).flatMap(target -> direct(refs, target, depth - 1));
        };
    }

    private void line(String hexId, String name) {
        if (length > BUFFER_BYTES - LINE_BYTES_MAX) {
            drain();
        }
        int start = length;
        length += 4;
        put(hexId.getBytes(StandardCharsets.US_ASCII));
        buffer[length++] = ' ';
        put(name.getBytes(StandardCharsets.UTF_8));
        if (first) {
            buffer[length++] = 0;
            put(CAPABILITIES.getBytes(StandardCharsets.US_ASCII));
            first = false;
        }
        buffer[length++] = '\n';
        putLength(start, length - start);
    }

    private void put(byte[] bytes) {
        System.arraycopy(bytes, 0, buffer, length, bytes.length);
        length += bytes.length;
    }

    private void putLength(int at, int value) {
        for (int i = 0; i < 4; i++) {
            buffer[at + i] = HEX[value >> 4 * (3 - i) & 0xf];
        }
    }

    private void drain() {
        try {
            out.write(buffer, 0, length);
            length = 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
