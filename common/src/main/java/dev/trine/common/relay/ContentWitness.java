package dev.trine.common.relay;

import dev.trine.common.audit.AuditAction;
import dev.trine.common.audit.AuditEvent;
import dev.trine.common.audit.AuditResult;
import dev.trine.proto.ContentHead;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A client's end that remembers what passes it, for the audit. */
final class ContentWitness implements ContentEnd {
    private final ContentExchange exchange;
    private final ContentEnd client;
    private final AtomicLong bytesOut = new AtomicLong();
    private final long begunNanos = System.nanoTime();
    private volatile @Nullable Route route;
    private volatile @Nullable ContentHead head;

    ContentWitness(ContentExchange exchange, ContentEnd client) {
        this.exchange = exchange;
        this.client = client;
    }

    /** A node was chosen. */
    void routed(Route to) {
        route = to;
    }

    @Override
    public OutputStream accept(ContentHead told, Route to) throws IOException {
        head = told;
        return new FilterOutputStream(client.accept(told, to)) {
            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                out.write(bytes, offset, length);
                bytesOut.addAndGet(length);
            }
        };
    }

    /** What the audit is to keep of an exchange that ended so. */
    AuditEvent event(Relayed outcome) {
        AuditEvent event = switch (outcome) {
            case Relayed.Served served -> told();
            case Relayed.Refused refused -> event(AuditResult.REFUSED).because(refused.why().why());
            case Relayed.Beyond beyond -> throw new IllegalStateException("no upstream serves content");
            case Relayed.Broken broken -> event(AuditResult.BROKEN).because(broken.why());
        };
        AuditEvent.Place place = Optional.ofNullable(route)
            .map(to -> new AuditEvent.Place(to.path(), to.repo().value()))
            .orElseGet(() -> new AuditEvent.Place(exchange.path(), ""));
        return event.at(place).inRequest(exchange.request().value()).with(details()).carrying(
            new AuditEvent.Traffic(0, bytesOut.get(), (System.nanoTime() - begunNanos) / 1_000_000));
    }

    private AuditEvent told() {
        ContentHead told = Optional.ofNullable(head).orElse(ContentHead.getDefaultInstance());
        return switch (told.getOutcome()) {
            case FOUND, NOT_MODIFIED -> event(AuditResult.OK);
            case MISSING, TOO_LARGE, NOT_SATISFIABLE, OUTCOME_UNSPECIFIED, UNRECOGNIZED ->
                event(AuditResult.REFUSED).because(told.getMessage());
        };
    }

    private AuditEvent event(AuditResult result) {
        return new AuditEvent(AuditAction.DOWNLOAD, result, exchange.user().actor(exchange.clientAddress(), "http"));
    }

    /** What was asked for, and of which commit it is. */
    private Map<String, String> details() {
        Map<String, String> details = new TreeMap<>();
        if (exchange.asked().hasFile()) {
            details.put("file", exchange.asked().getFile().getRevisionAndPath());
        } else {
            details.put("archive", exchange.asked().getArchive().getRevision());
            if (exchange.asked().getArchive().getPathsCount() > 0) {
                details.put("paths", String.join(" ", exchange.asked().getArchive().getPathsList()));
            }
        }
        Optional.ofNullable(head).filter(told -> !told.getCommitId().isEmpty()).ifPresent(told ->
            details.put("commit", HexFormat.of().formatHex(told.getCommitId().toByteArray())));
        return details;
    }
}
