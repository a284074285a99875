package dev.trine.server.repo;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * When and what to rewrite, by sizes alone. Packs written after the main pack are fresh. Fresh packs are folded into
 * each other so that the rest doubles in size from one to the next: each byte is rewritten a number of times that grows
 * with the logarithm of the bytes. The main pack is rewritten, with its bitmap, when what it does not cover has grown
 * to a small part of it: whoever fetches pays for each commit and tree that no bitmap covers.
 */
final class CompactionRule {
    /** Fewer fresh packs are left alone. */
    static final int FRESH_PACKS_MAX = 20;
    /** A main pack is not rewritten for fewer fresh objects. */
    static final int FRESH_OBJECTS_MIN = 1000;
    /** Nor for fewer fresh objects than one in so many of its own. */
    private static final int MAIN_TO_FRESH = 200;
    /** Nor, soon after the last time, for fewer than one in so many. */
    private static final int MAIN_TO_FRESH_SOON = 10;
    /** Each pack is at least so many times as large as all smaller ones together. */
    private static final int FACTOR = 2;

    private CompactionRule() {
    }

    /**
     * What is to be done about a repository's packs; empty: nothing.
     *
     * @param objectsMax more objects cannot be rewritten
     * @param resting    whether the main pack was written only a short time ago
     */
    static Optional<Compaction.Extent> due(List<StoredPack> packs, long objectsMax, boolean resting) {
        boolean mayRewrite = objects(packs) <= objectsMax;
        List<StoredPack> fresh = fresh(packs);
        long objects = objects(fresh);
        long covered = main(packs).map(StoredPack::objects).orElse(0L);
        long tooMany = covered / (resting ? MAIN_TO_FRESH_SOON : MAIN_TO_FRESH);
        if (mayRewrite && objects >= Math.max(FRESH_OBJECTS_MIN, tooMany)) {
            return Optional.of(Compaction.Extent.FULL);
        }
        return isFoldDue(packs) ? Optional.of(Compaction.Extent.FOLD) : Optional.empty();
    }

    /** Whether there are so many fresh packs that some are to be folded, whatever else is due. */
    static boolean isFoldDue(List<StoredPack> packs) {
        return fresh(packs).size() >= FRESH_PACKS_MAX;
    }

    /** How many objects lie in packs. */
    static long objects(Collection<StoredPack> packs) {
        return packs.stream().mapToLong(StoredPack::objects).sum();
    }

    private static Optional<StoredPack> main(List<StoredPack> packs) {
        return packs.stream().filter(StoredPack::bitmap).max(Comparator.comparing(StoredPack::written));
    }

    /** What the last rewriting of everything has not seen. */
    private static List<StoredPack> fresh(List<StoredPack> packs) {
        Optional<StoredPack> main = main(packs);
        return packs.stream()
            .filter(pack -> !pack.bitmap() && main.filter(m -> !pack.written().isAfter(m.written())).isEmpty())
            .toList();
    }

    /**
     * The packs to be folded into one: none, or two and more.
     *
     * @param objectsMax more objects cannot be rewritten
     */
    static List<StoredPack> toFold(List<StoredPack> packs, long objectsMax) {
        List<StoredPack> bySize = new ArrayList<>(fresh(packs));
        bySize.sort(Comparator.comparingLong(StoredPack::packBytes).thenComparing(pack -> pack.name().hex()));
        int from = bySize.size() - 1;
        while (from > 0 && bySize.get(from).packBytes() >= FACTOR * bySize.get(from - 1).packBytes()) {
            from--;
        }
        int end = from < 1 ? 0 : from + 1;
        long folded = bySize.subList(0, end).stream().mapToLong(StoredPack::packBytes).sum();
        while (end < bySize.size() && (end > 0 && bySize.get(end).packBytes() < FACTOR * folded
            || bySize.size() - end > FRESH_PACKS_MAX / 2)) {
            folded += bySize.get(end).packBytes();
            end++;
        }
        while (end > 0 && objects(bySize.subList(0, end)) > objectsMax) {
            end--;
        }
        return end < 2 ? List.of() : bySize.subList(0, end);
    }
}
