package dev.trine.http;

import dev.trine.common.config.Durations;
import dev.trine.common.relay.ContentEnd;
import dev.trine.common.relay.ContentExchange;
import dev.trine.common.relay.ContentRelay;
import dev.trine.common.relay.Refusal;
import dev.trine.common.relay.Relayed;
import dev.trine.common.relay.Route;
import dev.trine.proto.ContentHead;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.HexFormat;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The answer to one request for a file or an archive. What comes out of a repository is never told to be anything that
 * a browser would run: plain text, or bytes. Used once, by the request's thread.
 */
final class ContentAnswer implements ContentEnd {
    private static final Logger LOG = LoggerFactory.getLogger(ContentAnswer.class);
    private static final String BYTES = "application/octet-stream";

    private final HttpLimits limits;
    private final Request request;
    private final Pace takes;
    private final Answer answer;
    private final Target.Content target;
    private @Nullable OutputStream out;

    ContentAnswer(HttpLimits limits, Request request, Answer answer, Target.Content target) {
        this.limits = limits;
        this.request = request;
        this.takes = new Pace(limits, System::nanoTime);
        this.answer = answer;
        this.target = target;
    }

    /** Carries it, and ends the answer. */
    void run(ContentRelay relay, ContentExchange exchange) {
        Pace sends = new Pace(limits, System::nanoTime); // there is nothing to be sent
        try (Deadline deadline =
                 new Deadline(request.getComponents().getScheduler(), limits.exchangeMax(), sends, takes)) {
            run(relay, exchange, deadline);
        }
    }

    private void run(ContentRelay relay, ContentExchange exchange, Deadline deadline) {
        try {
            switch (relay.relay(exchange, this)) {
                case Relayed.Served served -> {
                    if (out != null) {
                        out.close();
                        answer.done();
                    }
                }
                case Relayed.Refused refused -> refused(exchange, refused.why());
                case Relayed.Beyond beyond -> throw new IllegalStateException("no upstream serves content");
                case Relayed.Broken broken -> breakOff(exchange, new IOException(broken.why()));
            }
        } catch (InterruptedIOException interrupted) {
            breakOff(exchange, new InterruptedIOException(why(deadline)));
        } catch (IOException clientGone) {
            answer.breakOff(clientGone);
        }
    }

    private String why(Deadline deadline) {
        return deadline.expired().map(reason -> switch (reason) {
            case LONG -> "the request took longer than " + Durations.format(limits.exchangeMax())
                + " (limits.exchange-max)";
            case SENDS_SLOWLY, TAKES_SLOWLY -> "the client took the answer at less than " + limits.rateMin().bytes()
                + " bytes a second (limits.rate-min)";
        }).orElse("the proxy stops");
    }

    @Override
    public OutputStream accept(ContentHead head, Route route) {
        if (route.stale()) {
            answer.header("Trine-Stale", "version " + route.readPoint().getMinimum().getVersion());
        }
        answer.header("X-Content-Type-Options", "nosniff");
        answer.header("Content-Security-Policy", "default-src 'none'; sandbox");
        answer.header("Cache-Control", "private, no-cache");
        if (head.hasSize()) {
            answer.header("Accept-Ranges", "bytes"); // of what has no length yet all is sent, whatever is asked for
        }
        if (!head.getEtag().isEmpty()) {
            answer.header("ETag", "\"" + head.getEtag() + "\"");
        }
        if (!head.getCommitId().isEmpty()) {
            answer.header("Trine-Commit", HexFormat.of().formatHex(head.getCommitId().toByteArray()));
        }
        switch (head.getOutcome()) {
            case FOUND -> found(head);
            case NOT_MODIFIED -> answer.empty(HttpStatus.NOT_MODIFIED_304);
            case MISSING -> answer.text(HttpStatus.NOT_FOUND_404, "trine: " + head.getMessage());
            case TOO_LARGE -> answer.text(HttpStatus.FORBIDDEN_403, "trine: " + head.getMessage());
            case NOT_SATISFIABLE -> {
                answer.header("Content-Range", "bytes */" + head.getSize());
                answer.text(HttpStatus.RANGE_NOT_SATISFIABLE_416, "trine: " + head.getMessage());
            }
            case OUTCOME_UNSPECIFIED, UNRECOGNIZED -> answer.text(HttpStatus.BAD_GATEWAY_502,
                "trine: a node gave an answer that this proxy does not know");
        }
        return out == null ? OutputStream.nullOutputStream() : out;
    }

    private void found(ContentHead head) {
        boolean part = head.hasFirst() && head.hasLast();
        if (part) {
            answer.header("Content-Range", "bytes " + head.getFirst() + "-" + head.getLast() + "/" + head.getSize());
            answer.header(HttpHeader.CONTENT_LENGTH.asString(),
                String.valueOf(head.getLast() - head.getFirst() + 1));
        } else if (head.hasSize()) {
            answer.header(HttpHeader.CONTENT_LENGTH.asString(), String.valueOf(head.getSize()));
        }
        String type = switch (target.wanted()) {
            case ContentTarget.File file -> {
                answer.header("Content-Disposition",
                    FileName.header(head.getText() ? "inline" : "attachment", file.name()));
                yield head.getText() ? "text/plain; charset=utf-8" : BYTES;
            }
            case ContentTarget.Archive archive -> {
                answer.header("Content-Disposition", FileName.header("attachment", name(archive)));
                yield type(archive);
            }
        };
        if (request.getMethod().equals("HEAD")) {
            answer.header(HttpHeader.CONTENT_TYPE.asString(), type);
            answer.empty(HttpStatus.OK_200);
        } else {
            out = new AnswerStream(answer, takes, part ? HttpStatus.PARTIAL_CONTENT_206 : HttpStatus.OK_200, type);
        }
    }

    private static String type(ContentTarget.Archive archive) {
        return switch (archive.format()) {
            case TAR_GZ -> "application/gzip";
            case ZIP -> "application/zip";
            case FORMAT_UNSPECIFIED, UNRECOGNIZED -> BYTES;
        };
    }

    /** The repository's name and the revision. */
    private String name(ContentTarget.Archive archive) {
        String repository = target.path().replaceFirst("\\.git$", "");
        return repository.substring(repository.lastIndexOf('/') + 1) + "-" + archive.revision().replace('/', '-')
            + archive.suffix();
    }

    private void refused(ContentExchange exchange, Refusal refusal) {
        boolean mayBeSomebodyElses = exchange.user().isAnonymous() && (refusal.kind() == Refusal.Kind.NOT_FOUND
            || refusal.kind() == Refusal.Kind.DENIED);
        if (mayBeSomebodyElses) {
            answer.challenge();
        } else {
            answer.refuse(refusal);
        }
    }

    private void breakOff(ContentExchange exchange, IOException why) {
        LOG.atWarn().addKeyValue("request", exchange.request()).addKeyValue("path", exchange.path())
            .addKeyValue("user", exchange.user().name()).addKeyValue("why", why.getMessage())
            .log("a download broke off");
        answer.breakOff(why);
    }
}
