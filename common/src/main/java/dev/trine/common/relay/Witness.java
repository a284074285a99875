package dev.trine.common.relay;

import dev.trine.common.audit.AuditAction;
import dev.trine.common.audit.AuditEvent;
import dev.trine.common.audit.AuditResult;
import dev.trine.common.audit.AuditedRef;
import dev.trine.proto.GitDeed;
import dev.trine.proto.GitOpen;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A client's end that remembers what passes it, for the audit. Its threads are those of the exchange. */
final class Witness implements ClientEnd {
    private final GitExchange exchange;
    private final ClientEnd client;
    private final AtomicLong bytesIn = new AtomicLong();
    private final AtomicLong bytesOut = new AtomicLong();
    private final long begunNanos = System.nanoTime();
    private volatile @Nullable Route route;

    Witness(GitExchange exchange, ClientEnd client) {
        this.exchange = exchange;
        this.client = client;
    }

    /** A node was chosen. */
    void routed(Route to) {
        route = to;
    }

    @Override
    public InputStream in() {
        return new FilterInputStream(client.in()) {
            @Override
            public int read() throws IOException {
                int read = in.read();
                bytesIn.addAndGet(read < 0 ? 0 : 1);
                return read;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                int read = in.read(bytes, offset, length);
                bytesIn.addAndGet(Math.max(0, read));
                return read;
            }
        };
    }

    @Override
    public OutputStream accept(Route to) throws IOException {
        return new FilterOutputStream(client.accept(to)) {
            @Override
            public void write(int value) throws IOException {
                out.write(value);
                bytesOut.incrementAndGet();
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                out.write(bytes, offset, length);
                bytesOut.addAndGet(length);
            }
        };
    }

    @Override
    public OutputStream messages() {
        return client.messages();
    }

    @Override
    public Duration drainMax() {
        return client.drainMax();
    }

    /** What the audit is to keep of an exchange that ended so. */
    AuditEvent event(Relayed outcome) {
        AuditEvent event = switch (outcome) {
            case Relayed.Served served -> served(served);
            case Relayed.Refused refused -> event(asked(), AuditResult.REFUSED).because(refused.why().why());
            case Relayed.Beyond beyond -> throw new IllegalStateException("who watches over it tells the audit of it");
            case Relayed.Broken broken -> event(asked(), AuditResult.BROKEN).because(broken.why());
        };
        return event.at(place()).inRequest(exchange.request().value()).carrying(new AuditEvent.Traffic(bytesIn.get(),
            bytesOut.get(), (System.nanoTime() - begunNanos) / 1_000_000));
    }

    private AuditEvent served(Relayed.Served served) {
        GitDeed deed = served.deed().orElse(GitDeed.getDefaultInstance());
        boolean refused = served.exit() != 0 || deed.getRefsChanged() == 0 && deed.getRefsRefused() > 0;
        AuditEvent event = event(done(deed), refused ? AuditResult.REFUSED : AuditResult.OK)
            .because(served.exit() != 0 && deed.getWhy().isEmpty() ? "exit status " + served.exit() : deed.getWhy());
        return deed.getRefsCount() == 0 ? event : event.changing(deed.getRefsList().stream()
            .map(ref -> new AuditedRef(ref.getRef(), ref.getOldId(), ref.getNewId(), ref.getResult())).toList(),
            deed.getRefsChanged() + deed.getRefsRefused() - deed.getRefsCount());
    }

    private AuditEvent event(AuditAction action, AuditResult result) {
        return new AuditEvent(action, result, exchange.user().actor(exchange.clientAddress(),
            exchange.framing() == GitOpen.Framing.DUPLEX ? "ssh" : "http"));
    }

    private AuditEvent.Place place() {
        return Optional.ofNullable(route).map(to -> new AuditEvent.Place(to.path(), to.repo().value()))
            .orElseGet(() -> new AuditEvent.Place(exchange.path(), ""));
    }

    private AuditAction asked() {
        return switch (exchange.program()) {
            case UPLOAD_PACK -> AuditAction.FETCH;
            case RECEIVE_PACK -> AuditAction.PUSH;
        };
    }

    private AuditAction done(GitDeed deed) {
        return switch (deed.getKind()) {
            case LISTING -> AuditAction.LIST_REFS;
            case NEGOTIATION -> AuditAction.NEGOTIATE;
            case CLONE -> AuditAction.CLONE;
            case FETCH -> AuditAction.FETCH;
            case PUSH -> AuditAction.PUSH;
            case KIND_UNSPECIFIED, UNRECOGNIZED ->
                exchange.framing() == GitOpen.Framing.ADVERTISE ? AuditAction.LIST_REFS : asked();
        };
    }
}
