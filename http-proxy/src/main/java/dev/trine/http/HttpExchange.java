package dev.trine.http;

import dev.trine.common.config.Durations;
import dev.trine.common.door.TerminalText;
import dev.trine.common.relay.ClientEnd;
import dev.trine.common.relay.GitExchange;
import dev.trine.common.relay.GitProgram;
import dev.trine.common.relay.GitRelay;
import dev.trine.common.relay.Refusal;
import dev.trine.common.relay.Relayed;
import dev.trine.common.relay.Route;
import dev.trine.common.relay.Upstream;
import dev.trine.common.relay.UpstreamWatch;
import dev.trine.proto.GitOpen;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request of a user who has signed in, carried to a node and answered. Used once, by the request's thread. */
final class HttpExchange {
    private static final Logger LOG = LoggerFactory.getLogger(HttpExchange.class);
    private static final int SENTENCE_CHARS_MAX = 900;

    private final GitRelay relay;
    private final UpstreamDoor upstreams;
    private final HttpLimits limits;
    private final Request request;
    private final Pace sends;
    private final Pace takes;
    private final RequestBody body;
    private final Answer answer;

    HttpExchange(GitRelay relay, UpstreamDoor upstreams, HttpLimits limits, Request request, Answer answer) {
        this.relay = relay;
        this.upstreams = upstreams;
        this.limits = limits;
        this.request = request;
        this.sends = new Pace(limits, System::nanoTime);
        this.takes = new Pace(limits, System::nanoTime);
        this.body = new RequestBody(request, limits.inflatedMax(), sends);
        this.answer = answer;
    }

    /** Carries it, and ends the answer. */
    void run(GitExchange exchange) {
        try (Deadline deadline =
                 new Deadline(request.getComponents().getScheduler(), limits.exchangeMax(), sends, takes)) {
            run(exchange, deadline);
        }
    }

    private void run(GitExchange exchange, Deadline deadline) {
        try {
            HttpEnd client = new HttpEnd(exchange);
            switch (relay.relay(exchange, client)) {
                case Relayed.Served served -> served(client, served.exit());
                case Relayed.Refused refused -> refused(exchange, refused.why());
                case Relayed.Beyond beyond -> beyond(exchange, beyond.upstream());
                case Relayed.Broken broken -> broken(exchange, broken.why());
            }
        } catch (BadBody bad) {
            unusable(exchange, bad);
        } catch (InterruptedIOException interrupted) {
            cut(exchange, deadline.expired(), interrupted);
        } catch (IOException clientGone) {
            answer.breakOff(clientGone);
        }
    }

    /** As long as the client has heard nothing of what the node said, it is told the reason instead. */
    private void broken(GitExchange exchange, String why) {
        log(exchange, why);
        if (answer.isBegun()) {
            answer.breakOff(new IOException(why));
        } else {
            closeAfterAnswer(exchange);
            tell(exchange, new Refusal(Refusal.Kind.UNAVAILABLE, why));
        }
    }

    /** Whoever has read the body has stopped, so that the rest can be thrown away here. */
    private void unusable(GitExchange exchange, BadBody bad) {
        if (answer.isBegun()) {
            answer.breakOff(bad);
            return;
        }
        try {
            body.drain(limits.drainMax());
            closeAfterAnswer(exchange);
            answer.text(bad.status(), "trine: " + bad.getMessage());
        } catch (IOException clientGone) {
            answer.breakOff(clientGone);
        }
    }

    private void cut(GitExchange exchange, Optional<Deadline.Reason> expired, InterruptedIOException interrupted) {
        String why = expired.map(this::sentence).orElse("the proxy stops");
        if (answer.isBegun()) {
            log(exchange, why);
            answer.breakOff(interrupted);
            return;
        }
        closeAfterAnswer(exchange);
        if (expired.equals(Optional.of(Deadline.Reason.SENDS_SLOWLY))) {
            answer.text(HttpStatus.REQUEST_TIMEOUT_408, "trine: " + why);
        } else {
            tell(exchange, new Refusal(Refusal.Kind.UNAVAILABLE, why + (mayPush(exchange)
                ? "; the push may still take effect: fetch before pushing again" : "; try again")));
        }
    }

    private static boolean mayPush(GitExchange exchange) {
        return exchange.program() == GitProgram.RECEIVE_PACK && exchange.framing() != GitOpen.Framing.ADVERTISE;
    }

    private String sentence(Deadline.Reason reason) {
        String slow = " at less than " + limits.rateMin().bytes() + " bytes a second (limits.rate-min)";
        return switch (reason) {
            case LONG -> "the request took longer than " + Durations.format(limits.exchangeMax())
                + " (limits.exchange-max)";
            case SENDS_SLOWLY -> "the request came" + slow;
            case TAKES_SLOWLY -> "the client took the answer" + slow;
        };
    }

    private void beyond(GitExchange exchange, Upstream upstream) throws IOException {
        UpstreamBody passed = new UpstreamBody(request, sends);
        UpstreamExchange there = new UpstreamExchange(upstreams, answer, upstream, passed, takes);
        try (UpstreamWatch watch = relay.watch(exchange, upstream, there)) {
            try {
                Optional<ProtectedPush> refused = protectedPush(exchange, upstream, passed);
                if (refused.isPresent()) {
                    watch.refused(refused.get().sentence());
                    refuse(exchange, refused.get());
                } else {
                    there.run(exchange);
                    watch.served();
                }
            } catch (UpstreamFault fault) {
                watch.refused(fault.getMessage());
                faulted(exchange, there, fault);
            } catch (BadBody bad) {
                watch.refused(String.valueOf(bad.getMessage()));
                throw bad;
            } catch (IOException broken) {
                watch.broke(String.valueOf(broken.getMessage()));
                throw broken;
            } finally {
                watch.carried(there.bytesIn(), there.bytesOut());
            }
        } catch (InterruptedIOException | BadBody told) {
            throw told;
        } catch (IOException broken) {
            log(exchange, String.valueOf(broken.getMessage()));
            throw broken;
        }
    }

    /** The push, if rules of refs stand against it; empty: it may go, or is none. */
    private Optional<ProtectedPush> protectedPush(GitExchange exchange, Upstream upstream, UpstreamBody passed)
        throws IOException {
        if (!mayPush(exchange) || upstream.refLimits().each().isEmpty()) {
            return Optional.empty();
        }
        PushCommands commands = PushCommands.read(body.unpacked(passed.beginning()));
        return Optional.of(new ProtectedPush(commands, commands.against(upstream.refLimits())))
            .filter(push -> !push.against().isEmpty());
    }

    private void refuse(GitExchange exchange, ProtectedPush push) throws IOException {
        drain(exchange);
        if (push.isToldInPackProtocol()) {
            answer.log(HttpStatus.OK_200, "trine: " + push.sentence());
            answer.whole(resultType(exchange.program()), push.answer(exchange.request()));
        } else {
            answer.text(HttpStatus.FORBIDDEN_403, "trine: " + push.sentence());
        }
    }

    private void faulted(GitExchange exchange, UpstreamExchange there, UpstreamFault fault) throws IOException {
        if (!there.tookBody()) {
            drain(exchange);
        }
        fault.retryAfter().ifPresent(seconds -> answer.header("Retry-After", seconds));
        if (HttpStatus.isServerError(fault.status()) && showsOnlyGitsOwn(exchange)) {
            sayInPackProtocol(exchange, fault.getMessage());
        } else {
            answer.text(fault.status(), "trine: " + fault.getMessage());
        }
    }

    /** Whether it is a git that waits for the answer to a POST, of which it shows its user only pack protocol. */
    private boolean showsOnlyGitsOwn(GitExchange exchange) {
        return exchange.framing() != GitOpen.Framing.ADVERTISE
            && request.getHeaders().contains(HttpHeader.ACCEPT, resultType(exchange.program()));
    }

    private void served(HttpEnd client, int exit) throws IOException {
        if (exit != 0 && !client.stream.isBegun()) {
            answer.text(HttpStatus.INTERNAL_SERVER_ERROR_500, "trine: the node could not make sense of the request");
            return;
        }
        client.out.close();
        if (body.isEnded() || client.advertises) {
            answer.done();
        } else {
            answer.breakOff(new IOException("the rest of the request body is not wanted"));
        }
    }

    private void refused(GitExchange exchange, Refusal refusal) throws IOException {
        drain(exchange);
        tell(exchange, refusal);
    }

    /**
     * Git does not show its user the text of an answer to a POST, unless it is in the language of the pack protocol. So
     * what its user can do nothing about but wait is told there; an HTTP client that does not speak it gets the status.
     */
    private void tell(GitExchange exchange, Refusal refusal) {
        boolean transientKind = switch (refusal.kind()) {
            case UNAVAILABLE, OVER_LIMIT -> true;
            case NOT_FOUND, DENIED, MALFORMED -> false;
        };
        boolean mayBeSomebodyElses = exchange.user().isAnonymous() && (refusal.kind() == Refusal.Kind.NOT_FOUND
            || refusal.kind() == Refusal.Kind.DENIED);
        if (mayBeSomebodyElses) {
            answer.challenge();
        } else if (transientKind && showsOnlyGitsOwn(exchange)) {
            sayInPackProtocol(exchange, refusal.why());
        } else {
            answer.refuse(refusal);
        }
    }

    private void sayInPackProtocol(GitExchange exchange, String why) {
        answer.log(HttpStatus.OK_200, "trine: " + why);
        answer.whole(resultType(exchange.program()), fatal(exchange, "trine: " + why));
    }

    /** If a node was to have the body, the relay has read and drained it. */
    private void drain(GitExchange exchange) throws IOException {
        if (exchange.framing() != GitOpen.Framing.ADVERTISE && !body.isBegun()) {
            body.drain(limits.drainMax());
        }
        closeAfterAnswer(exchange);
    }

    /** If what follows on the connection is the rest of a body. */
    private void closeAfterAnswer(GitExchange exchange) {
        if (exchange.framing() != GitOpen.Framing.ADVERTISE && !body.isEnded()) {
            answer.header("Connection", "close");
        }
    }

    private static byte[] fatal(GitExchange exchange, String sentence) {
        String cut = exchange.request().on(TerminalText.line(sentence.substring(0,
            Math.min(sentence.length(), SENTENCE_CHARS_MAX))));
        return PktLine.of(switch (exchange.program()) {
            case UPLOAD_PACK -> "ERR " + cut;
            // side-band 3
            case RECEIVE_PACK -> "\u0003" + cut + "\n";
        });
    }

    private static String resultType(GitProgram program) {
        return "application/x-" + program.text() + "-result";
    }

    private static void log(GitExchange exchange, String why) {
        LOG.atWarn().addKeyValue("request", exchange.request()).addKeyValue("path", exchange.path())
            .addKeyValue("user", exchange.user().name()).addKeyValue("why", why).log("exchange broke off");
    }

    private final class HttpEnd implements ClientEnd {
        private final boolean advertises;
        private final InputStream in;
        private final AnswerStream stream;
        private final OutputStream out;

        HttpEnd(GitExchange exchange) throws BadBody {
            advertises = exchange.framing() == GitOpen.Framing.ADVERTISE;
            in = advertises ? InputStream.nullInputStream() : body.unpacked();
            stream = new AnswerStream(answer, takes, advertises
                ? "application/x-" + exchange.program().text() + "-advertisement" : resultType(exchange.program()));
            out = advertises ? new Advertisement(stream, exchange.program()) : stream;
        }

        @Override
        public InputStream in() {
            return in;
        }

        @Override
        public OutputStream accept(Route route) {
            if (route.stale()) {
                answer.header("Trine-Stale", "version " + route.readPoint().getMinimum().getVersion());
            }
            return out;
        }

        @Override
        public OutputStream messages() {
            return OutputStream.nullOutputStream();
        }

        @Override
        public Duration drainMax() {
            return limits.drainMax();
        }
    }
}
