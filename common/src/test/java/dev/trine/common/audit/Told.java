package dev.trine.common.audit;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** An audit in memory, for tests of who tells it. */
public final class Told implements Audit {
    private final List<AuditEvent> events = new CopyOnWriteArrayList<>();
    private volatile Optional<String> refusal = Optional.empty();

    /** Lets it be full from now on. */
    public void refuse(String sentence) {
        refusal = Optional.of(sentence);
    }

    @Override
    public Optional<String> refusal() {
        return refusal;
    }

    @Override
    public void record(AuditEvent event) {
        events.add(event);
    }

    /** What it was told. */
    public List<AuditEvent> events() {
        return events;
    }

    @Override
    public void close() {
        // it is in memory only
    }
}
