package dev.trine.server.repo;
import dev.trine.common.model.RefName;
import dev.trine.common.model.RefValue;
import dev.trine.server.hosting.RefListing;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Some refs that follow each other: a line of the protocol for each, and beside it what those hold that are not simply
 * an object. At least one ref; immutable.
 */
final class RefChunk {
    /** So many refs are put into one chunk at first; it may grow to twice as many. */
    static final int REFS = 512;

    private static final int REFS_MAX = 2 * REFS;
    private static final int LENGTH_DIGITS = 4;
    private static final int ID_DIGITS = 40;
    private static final int BEFORE_NAME = LENGTH_DIGITS + ID_DIGITS + 1;
    private static final int OTHER_BYTES = 300;
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private final byte[] lines;
    /** Where each line begins; one more for the end of the last. */
    private final int[] starts;
    /** Symbolic refs and annotated tags, by their place; in their lines the id stands for nothing. */
    private final NavigableMap<Integer, RefValue> others;

    private RefChunk(byte[] lines, int[] starts, NavigableMap<Integer, RefValue> others) {
        this.lines = lines;
        this.starts = starts;
        this.others = others;
    }

    int count() {
        return starts.length - 1;
    }

    /** Heap that it takes, about. */
    long bytes() {
        return lines.length + (long) Integer.BYTES * starts.length + (long) OTHER_BYTES * others.size();
    }

    byte[] name(int ref) {
        return Arrays.copyOfRange(lines, starts[ref] + BEFORE_NAME, endOfName(ref));
    }

    private int endOfName(int ref) {
        return starts[ref + 1] - 1;
    }

    /** The first ref whose name is not below that one; {@link #count}: all are. */
    int from(byte[] name) {
        int low = 0;
        int high = count();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (Arrays.compareUnsigned(lines, starts[middle] + BEFORE_NAME, endOfName(middle), name, 0, name.length)
                < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** The first ref whose name is above all that start with that; {@link #count}: none is. */
    int endOf(byte[] prefix) {
        int low = 0;
        int high = count();
        while (low < high) {
            int middle = (low + high) >>> 1;
            int name = starts[middle] + BEFORE_NAME;
            int compared = Math.min(endOfName(middle), name + prefix.length);
            if (Arrays.compareUnsigned(lines, name, compared, prefix, 0, prefix.length) <= 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    boolean isAt(int ref, byte[] name) {
        return ref < count()
            && Arrays.equals(lines, starts[ref] + BEFORE_NAME, endOfName(ref), name, 0, name.length);
    }

    /** Shows the refs {@code from <= ref < end}. */
    void show(int from, int end, RefListing.Visitor visitor) throws IOException {
        int next = from;
        for (int other : others.subMap(from, Math.max(from, end)).keySet()) {
            showLines(next, other, visitor);
            visitor.ref(new RefName(new String(name(other), StandardCharsets.UTF_8)), others.get(other));
            next = other + 1;
        }
        showLines(next, end, visitor);
    }

    private void showLines(int from, int end, RefListing.Visitor visitor) throws IOException {
        if (from < end) {
            visitor.lines(lines, starts[from], starts[end] - starts[from]);
        }
    }

    /** Collects refs in order of name. Used by one thread. */
    static final class Builder {
        private byte[] lines = new byte[REFS * 80];
        private int[] starts = new int[REFS + 1];
        private NavigableMap<Integer, RefValue> others = new TreeMap<>();
        private int count;

        int count() {
            return count;
        }

        void add(byte[] name, RefValue value) {
            int start = starts[count];
            int length = BEFORE_NAME + name.length + 1;
            reserve(length, 1);
            for (int i = LENGTH_DIGITS - 1, rest = length; i >= 0; i--, rest >>= 4) {
                lines[start + i] = HEX[rest & 0xf];
            }
            putId(start + LENGTH_DIGITS, value);
            lines[start + BEFORE_NAME - 1] = ' ';
            System.arraycopy(name, 0, lines, start + BEFORE_NAME, name.length);
            lines[start + length - 1] = '\n';
            starts[++count] = start + length;
        }

        private void putId(int at, RefValue value) {
            if (value instanceof RefValue.Direct direct && direct.peeled().isEmpty()) {
                String hex = direct.id().hex();
                for (int i = 0; i < ID_DIGITS; i++) {
                    lines[at + i] = (byte) hex.charAt(i);
                }
            } else {
                Arrays.fill(lines, at, at + ID_DIGITS, (byte) '0');
                others.put(count, value);
            }
        }

        /** Adds the refs {@code from <= ref < end} of a chunk. */
        void copy(RefChunk chunk, int from, int end) {
            if (from >= end) {
                return;
            }
            int start = starts[count];
            int length = chunk.starts[end] - chunk.starts[from];
            reserve(length, end - from);
            System.arraycopy(chunk.lines, chunk.starts[from], lines, start, length);
            for (int ref = from; ref < end; ref++) {
                starts[count + ref - from + 1] = start + chunk.starts[ref + 1] - chunk.starts[from];
            }
            chunk.others.subMap(from, end).forEach((ref, value) -> others.put(count + ref - from, value));
            count += end - from;
        }

        private void reserve(int bytes, int refs) {
            if (starts[count] + bytes > lines.length) {
                lines = Arrays.copyOf(lines, Math.max(starts[count] + bytes, 2 * lines.length));
            }
            if (count + refs + 1 > starts.length) {
                starts = Arrays.copyOf(starts, Math.max(count + refs + 1, 2 * starts.length));
            }
        }

        /** Moves all that was added into chunks of about equal size; begins anew. */
        void moveTo(List<RefChunk> chunks) {
            int parts = count <= REFS_MAX ? 1 : (count + REFS - 1) / REFS;
            for (int part = 0; part < parts && count > 0; part++) {
                chunks.add(part((int) ((long) count * part / parts), (int) ((long) count * (part + 1) / parts)));
            }
            count = 0;
            others = new TreeMap<>();
        }

        private RefChunk part(int from, int end) {
            int[] own = Arrays.copyOfRange(starts, from, end + 1);
            for (int i = 0; i < own.length; i++) {
                own[i] -= starts[from];
            }
            NavigableMap<Integer, RefValue> ownOthers = new TreeMap<>();
            others.subMap(from, end).forEach((ref, value) -> ownOthers.put(ref - from, value));
            return new RefChunk(Arrays.copyOfRange(lines, starts[from], starts[end]), own, ownOthers);
        }
    }
}
