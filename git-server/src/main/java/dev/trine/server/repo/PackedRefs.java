package dev.trine.server.repo;
import dev.trine.common.model.RefName;
import dev.trine.common.model.RefUpdate;
import dev.trine.common.model.RefValue;
import dev.trine.server.hosting.RefListing;
import dev.trine.server.replication.RefTable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All refs of one state, in order of name, as the lines that Git's protocol sends: some ninety bytes each, in chunks
 * that one state shares with the next. Changing some refs copies their chunks and nothing else. Immutable.
 */
public final class PackedRefs implements RefListing {
    private final List<RefChunk> chunks;
    private final long bytes;

    private PackedRefs(List<RefChunk> chunks) {
        this.chunks = List.copyOf(chunks);
        this.bytes = chunks.stream().mapToLong(RefChunk::bytes).sum();
    }

    /** Reads all refs of a table. */
    public static PackedRefs read(RefTable refs) {
        RefChunk.Builder all = new RefChunk.Builder();
        List<RefChunk> chunks = new ArrayList<>();
        refs.scan("", (name, value) -> {
            all.add(utf8(name.value()), value);
            if (all.count() == RefChunk.REFS) {
                all.moveTo(chunks);
            }
            return true;
        });
        all.moveTo(chunks);
        return new PackedRefs(chunks);
    }

    /** Heap that they take, about; chunks that another state has too are counted here as well. */
    public long bytes() {
        return bytes;
    }

    /** These refs after some changes, in order; what the refs hold is not compared with the old values. */
    public PackedRefs with(Collection<RefUpdate> updates) {
        List<Change> changes = sorted(updates);
        List<RefChunk> result = new ArrayList<>();
        RefChunk.Builder merged = new RefChunk.Builder();
        int from = 0;
        for (int i = 0; i < chunks.size(); i++) {
            int end = i + 1 == chunks.size() ? changes.size() : firstFrom(changes, from, chunks.get(i + 1).name(0));
            if (from == end && merged.count() == 0) {
                result.add(chunks.get(i));
            } else {
                merge(chunks.get(i), changes.subList(from, end), merged);
                if (merged.count() >= RefChunk.REFS / 4) {
                    merged.moveTo(result);
                }
            }
            from = end;
        }
        if (chunks.isEmpty()) {
            changes.forEach(change -> change.addTo(merged));
        }
        merged.moveTo(result);
        return new PackedRefs(result);
    }

    @Override
    public void list(String prefix, Visitor visitor) throws IOException {
        byte[] wanted = utf8(prefix);
        for (int i = firstWith(wanted); i < chunks.size(); i++) {
            RefChunk chunk = chunks.get(i);
            int end = chunk.endOf(wanted);
            chunk.show(chunk.from(wanted), end, visitor);
            if (end < chunk.count()) {
                return;
            }
        }
    }

    /** The only chunk before the last ones that may hold a name from that one on, or the one after it. */
    private int firstWith(byte[] name) {
        int low = 0;
        int high = chunks.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (Arrays.compareUnsigned(chunks.get(middle).name(0), name) <= 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return Math.max(0, low - 1);
    }

    private static void merge(RefChunk chunk, List<Change> changes, RefChunk.Builder into) {
        int next = 0;
        for (Change change : changes) {
            int at = chunk.from(change.name);
            into.copy(chunk, next, at);
            change.addTo(into);
            next = chunk.isAt(at, change.name) ? at + 1 : at;
        }
        into.copy(chunk, next, chunk.count());
    }

    private static int firstFrom(List<Change> changes, int from, byte[] name) {
        int i = from;
        while (i < changes.size() && Arrays.compareUnsigned(changes.get(i).name, name) < 0) {
            i++;
        }
        return i;
    }

    private static List<Change> sorted(Collection<RefUpdate> updates) {
        Map<RefName, Optional<RefValue>> last = new HashMap<>();
        updates.forEach(update -> last.put(update.name(), update.newValue()));
        List<Change> changes = new ArrayList<>();
        last.forEach((name, value) -> changes.add(new Change(utf8(name.value()), value)));
        changes.sort((a, b) -> Arrays.compareUnsigned(a.name, b.name));
        return changes;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** What a ref holds from now on; empty: it is gone. */
    private record Change(byte[] name, Optional<RefValue> value) {
        void addTo(RefChunk.Builder refs) {
            value.ifPresent(now -> refs.add(name, now));
        }
    }
}
