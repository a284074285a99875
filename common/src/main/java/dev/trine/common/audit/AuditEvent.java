package dev.trine.common.audit;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Something that somebody did or tried, as it becomes a line. Texts are cut to what a line may hold.
 *
 * @param action     what
 * @param result     what came of it
 * @param actor      who
 * @param why        one sentence about what was not done; empty: nothing to say
 * @param request    id of the request; empty: it has none
 * @param repository which repository; empty: none
 * @param refs       refs that were changed or not, at most {@link AuditedRef#REFS_MAX}
 * @param refsMore   how many more there were
 * @param traffic    how much was carried; empty: it is not counted
 * @param details    what else belongs to it, by name
 */
public record AuditEvent(AuditAction action, AuditResult result, AuditActor actor, String why,
                         Optional<String> request, Optional<Place> repository, List<AuditedRef> refs, long refsMore,
                         Optional<Traffic> traffic, Map<String, String> details) {
    private static final int WHY_CHARS_MAX = 1000;
    private static final int REQUEST_CHARS_MAX = 200;
    private static final int DETAILS_MAX = 50;
    private static final int DETAIL_CHARS_MAX = 1000;
    private static final int EVENT_BYTES = 1024; // of objects, beside their characters
    private static final int ITEM_BYTES = 256;

    public AuditEvent {
        why = AuditText.bounded(why, WHY_CHARS_MAX);
        request = request.map(id -> AuditText.bounded(id, REQUEST_CHARS_MAX));
        refsMore += Math.max(0, refs.size() - AuditedRef.REFS_MAX);
        refs = List.copyOf(refs.subList(0, Math.min(refs.size(), AuditedRef.REFS_MAX)));
        Map<String, String> bounded = new TreeMap<>();
        details.entrySet().stream().limit(DETAILS_MAX).forEach(detail -> bounded.put(
            AuditText.bounded(detail.getKey(), DETAIL_CHARS_MAX),
            AuditText.bounded(detail.getValue(), DETAIL_CHARS_MAX)));
        details = Map.copyOf(bounded);
    }

    /** Something of which no more is known. */
    public AuditEvent(AuditAction action, AuditResult result, AuditActor actor) {
        this(action, result, actor, "", Optional.empty(), Optional.empty(), List.of(), 0, Optional.empty(), Map.of());
    }

    /**
     * A repository.
     *
     * @param path as it is stored, or as it was asked for if nothing is there
     * @param id   immutable id; empty: not known
     */
    public record Place(String path, String id) {
        private static final int CHARS_MAX = 600;

        public Place {
            path = AuditText.bounded(path, CHARS_MAX);
            id = AuditText.bounded(id, CHARS_MAX);
        }
    }

    /**
     * How much was carried.
     *
     * @param bytesIn  that the client sent
     * @param bytesOut that it was sent
     * @param millis   how long it took
     */
    public record Traffic(long bytesIn, long bytesOut, long millis) {
    }

    /** The same with a reason. */
    public AuditEvent because(String sentence) {
        return new AuditEvent(action, result, actor, sentence, request, repository, refs, refsMore, traffic, details);
    }

    /** The same as part of a request; an empty id is none. */
    public AuditEvent inRequest(String id) {
        return new AuditEvent(action, result, actor, why, Optional.of(id).filter(known -> !known.isEmpty()),
            repository, refs, refsMore, traffic, details);
    }

    /** The same at a repository. */
    public AuditEvent at(Place place) {
        return new AuditEvent(action, result, actor, why, request, Optional.of(place), refs, refsMore, traffic,
            details);
    }

    /** The same with refs, and how many more there were. */
    public AuditEvent changing(List<AuditedRef> changed, long more) {
        return new AuditEvent(action, result, actor, why, request, repository, changed, more, traffic, details);
    }

    /** The same with what was carried. */
    public AuditEvent carrying(Traffic carried) {
        return new AuditEvent(action, result, actor, why, request, repository, refs, refsMore, Optional.of(carried),
            details);
    }

    /** What it takes in memory, about, and not less. */
    long bytes() {
        long chars = why.length() + request.map(String::length).orElse(0) + actor.chars()
            + repository.map(place -> place.path().length() + place.id().length()).orElse(0)
            + refs.stream().mapToLong(AuditedRef::chars).sum() + details.entrySet().stream()
                .mapToLong(detail -> detail.getKey().length() + detail.getValue().length()).sum();
        return EVENT_BYTES + (refs.size() + details.size()) * (long) ITEM_BYTES + chars * Character.BYTES;
    }

    /** The same with details in place of those that it had. */
    public AuditEvent with(Map<String, String> named) {
        return new AuditEvent(action, result, actor, why, request, repository, refs, refsMore, traffic, named);
    }
}
