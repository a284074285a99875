package dev.trine.server.pkt;

import dev.trine.common.model.RefName;
import dev.trine.common.model.RefValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/**
 * The ref advertisement of protocols v0 and v1: one line per ref, the capabilities on the first. Refs are written as
 * they are scanned; symbolic ones with what they name in the end, and not at all if that does not exist. Spent when
 * written.
 */
public final class RefAdvertisement {
    private static final String ZERO_ID = "0".repeat(40);
    /** "trine" four times, in hexadecimal digits: an id that no object has. */
    private static final String NO_OBJECT = "7472696e65".repeat(4);

    private final ResolvedRefs refs;
    private final PktWriter out;
    private final String capabilities;
    private final StringBuilder line = new StringBuilder();
    private boolean first = true;

    /** An advertisement of those capabilities, words separated by spaces. */
    public RefAdvertisement(ResolvedRefs refs, PktWriter out, String capabilities) {
        this.refs = refs;
        this.out = out;
        this.capabilities = capabilities;
    }

    /** Writes what a fetch may start from: HEAD and every ref, tags also peeled. */
    public void writeForFetch() throws IOException {
        write("", true);
        end(ZERO_ID, "capabilities^{}");
    }

    /**
     * Writes what a push starts from: every ref but HEAD. For want of any the capabilities go with a ".have" line, as
     * from a fork without refs: a SHA-256 client then reads that this server hosts SHA-1, but gives up on
     * "capabilities^{}", which it compares with the null id of its own format, in words that tell its user nothing.
     */
    public void writeForPush() throws IOException {
        write("refs/", false);
        end(NO_OBJECT, ".have");
    }

    private void write(String prefix, boolean peeled) throws IOException {
        try {
            refs.table().scan(prefix, (name, value) -> {
                refs.follow(value).ifPresent(object -> list(name, object, peeled));
                return true;
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private void end(String id, String name) throws IOException {
        if (first) {
            line(id, name, "");
        }
        out.flush();
    }

    private void list(RefName name, RefValue.Direct object, boolean peeled) {
        try {
            line(object.id().hex(), name.value(), "");
            if (peeled && object.peeled().isPresent()) {
                line(object.peeled().get().hex(), name.value(), "^{}");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void line(String id, String name, String suffix) throws IOException {
        line.setLength(0);
        line.append(id).append(' ').append(name).append(suffix);
        if (first) {
            line.append('\0').append(capabilities);
            first = false;
        }
        out.line(line);
    }

    /** The capability that tells where HEAD points, led by a space; empty: nowhere. */
    public static String symrefOfHead(ResolvedRefs refs) {
        Optional<RefValue> head = refs.table().get(RefName.HEAD);
        return head.isPresent() && head.get() instanceof RefValue.Symbolic symbolic && refs.follow(symbolic).isPresent()
            ? " symref=HEAD:" + symbolic.target().value() : "";
    }
}
