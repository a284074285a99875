package dev.trine.common.relay;

import dev.trine.common.audit.Audit;
import dev.trine.common.audit.AuditAction;
import dev.trine.common.audit.AuditEvent;
import dev.trine.common.audit.AuditResult;
import dev.trine.proto.GitOpen;
import java.util.Map;

/**
 * Watches over an exchange that its front door carries to an upstream itself: it is stopped when its user may not go
 * on, and the audit is told of it when this is closed. Used by the exchange's thread.
 */
public final class UpstreamWatch implements AutoCloseable {
    private final Suspensions suspensions;
    private final Audit audit;
    private final GitExchange exchange;
    private final Upstream upstream;
    private final Stoppable stoppable;
    private final long begunNanos = System.nanoTime();
    private AuditResult result = AuditResult.BROKEN;
    private String why = "a defect of the proxy";
    private long bytesIn;
    private long bytesOut;

    UpstreamWatch(Suspensions suspensions, Audit audit, GitExchange exchange, Upstream upstream, Stoppable stoppable) {
        this.suspensions = suspensions;
        this.audit = audit;
        this.exchange = exchange;
        this.upstream = upstream;
        this.stoppable = stoppable;
        suspensions.begins(stoppable, exchange.user());
    }

    /** It was answered to the end. */
    public void served() {
        ended(AuditResult.OK, "");
    }

    /** It was not served. */
    public void refused(String sentence) {
        ended(AuditResult.REFUSED, sentence);
    }

    /** It broke off. */
    public void broke(String sentence) {
        ended(AuditResult.BROKEN, sentence);
    }

    /** So many bytes came from the client and went to it. */
    public void carried(long in, long out) {
        bytesIn = in;
        bytesOut = out;
    }

    private void ended(AuditResult how, String sentence) {
        result = how;
        why = sentence;
    }

    @Override
    public void close() {
        suspensions.ends(stoppable);
        audit.record(new AuditEvent(action(), result, exchange.user().actor(exchange.clientAddress(),
            exchange.framing() == GitOpen.Framing.DUPLEX ? "ssh" : "http")).because(why)
            .at(new AuditEvent.Place(upstream.path(), "")).inRequest(exchange.request().value())
            .with(Map.of("upstream", upstream.name())).carrying(new AuditEvent.Traffic(bytesIn, bytesOut,
                (System.nanoTime() - begunNanos) / 1_000_000)));
    }

    /** What passes is not looked at, so that a clone is told of as a fetch. */
    private AuditAction action() {
        return exchange.framing() == GitOpen.Framing.ADVERTISE ? AuditAction.LIST_REFS : switch (exchange.program()) {
            case UPLOAD_PACK -> AuditAction.FETCH;
            case RECEIVE_PACK -> AuditAction.PUSH;
        };
    }
}
