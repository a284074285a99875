package dev.trine.server.pkt;
import dev.trine.common.model.RefName;
import dev.trine.common.model.RefValue;
import dev.trine.server.hosting.RefListing;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The ref advertisement of protocols v0 and v1: one line per ref, the capabilities on the first. Refs are written as
 * they are listed; symbolic ones with what they name in the end, and not at all if that does not exist. Spent when
 * written.
 */
public final class RefAdvertisement {
    private static final String ZERO_ID = "0".repeat(40);
    /** "trine" four times, in hexadecimal digits: an id that no object has. */
    private static final String NO_OBJECT = "7472696e65".repeat(4);

    private static final int LENGTH_DIGITS = 4;

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
        refs.listing().list(prefix, new RefListing.Visitor() {
            @Override
            public void lines(byte[] bytes, int offset, int length) throws IOException {
                int rest = first ? withCapabilities(bytes, offset) : offset;
                out.packets(bytes, rest, offset + length - rest);
            }

            @Override
            public void ref(RefName name, RefValue value) throws IOException {
                Optional<RefValue.Direct> object = refs.follow(value);
                if (object.isPresent()) {
                    list(name, object.get(), peeled);
                }
            }
        });
    }

    /** Writes the first of some lines; returns where the next one begins. */
    private int withCapabilities(byte[] lines, int offset) throws IOException {
        int end = offset + Integer.parseInt(new String(lines, offset, LENGTH_DIGITS, StandardCharsets.US_ASCII), 16);
        int id = offset + LENGTH_DIGITS;
        int name = id + ZERO_ID.length() + 1;
        line(new String(lines, id, ZERO_ID.length(), StandardCharsets.US_ASCII),
            new String(lines, name, end - 1 - name, StandardCharsets.UTF_8), "");
        return end;
    }

    private void end(String id, String name) throws IOException {
        if (first) {
            line(id, name, "");
        }
        out.flush();
    }

    private void list(RefName name, RefValue.Direct object, boolean peeled) throws IOException {
        line(object.id().hex(), name.value(), "");
        if (peeled && object.peeled().isPresent()) {
            line(object.peeled().get().hex(), name.value(), "^{}");
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
