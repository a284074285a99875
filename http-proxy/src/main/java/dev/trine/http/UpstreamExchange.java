package dev.trine.http;

import dev.trine.common.relay.GitExchange;
import dev.trine.common.relay.GitProgram;
import dev.trine.common.relay.Stoppable;
import dev.trine.common.relay.Upstream;
import dev.trine.common.rpc.TraceContext;
import dev.trine.proto.GitOpen;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.client.InputStreamResponseListener;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.jspecify.annotations.Nullable;

/**
 * One request of a user who may make it, carried to an upstream and answered from there; both bodies stream, and wait
 * for each other's ends. Used once, by the request's thread.
 */
final class UpstreamExchange implements Stoppable {
    private static final int BUFFER_BYTES = 32 * 1024;
    /** An answer may begin when a push of any length has arrived: the connection's silence is what is bounded. */
    private static final Duration UNTIL_IDLE = Duration.ofDays(1_000);
    /** What Git's protocol needs; cookies, addresses and whatever else a client sends are nothing to the upstream. */
    private static final List<String> PASSED = List.of("Git-Protocol", "Accept", "Accept-Encoding", "Accept-Language",
        "Content-Type", "Content-Encoding", "User-Agent");

    private final UpstreamDoor door;
    private final Answer answer;
    private final Upstream upstream;
    private final UpstreamBody body;
    private final Pace takes;
    private long bytesOut;
    private volatile org.eclipse.jetty.client.@Nullable Request sent;
    private volatile @Nullable String stopped;

    UpstreamExchange(UpstreamDoor door, Answer answer, Upstream upstream, UpstreamBody body, Pace takes) {
        this.door = door;
        this.answer = answer;
        this.upstream = upstream;
        this.body = body;
        this.takes = takes;
    }

    /**
     * Carries it, and ends the answer.
     *
     * @throws UpstreamFault nothing was answered yet
     * @throws IOException   one side went away or silent after the answer was begun, or the exchange was broken off
     */
    void run(GitExchange exchange) throws IOException {
        Optional<UpstreamDoor.Room> room = door.room();
        if (room.isEmpty()) {
            throw new UpstreamFault(HttpStatus.SERVICE_UNAVAILABLE_503, "this HTTP proxy carries "
                + door.settings().requestsMax() + " requests to upstreams already (upstreams.requests-max); try again");
        }
        try (UpstreamDoor.Room held = room.get()) {
            carry(exchange);
        }
    }

    /** How many bytes the client sent. */
    long bytesIn() {
        return body.bytes();
    }

    /** How many bytes it was sent. */
    long bytesOut() {
        return bytesOut;
    }

    /** Whether any of the client's body was asked for. */
    boolean tookBody() {
        return body.isBegun();
    }

    private void carry(GitExchange exchange) throws IOException {
        boolean advertises = exchange.framing() == GitOpen.Framing.ADVERTISE;
        org.eclipse.jetty.client.Request out = prepared(exchange.program(), advertises);
        InputStreamResponseListener listener = new InputStreamResponseListener();
        sent = out;
        try {
            out.send(listener);
            Response response = listener.get((advertises ? door.settings().answerMax() : UNTIL_IDLE).toMillis(),
                TimeUnit.MILLISECONDS);
            String type = "application/x-" + exchange.program().text() + (advertises ? "-advertisement" : "-result");
            UpstreamAnswer.check(upstream, response, type);
            Optional.ofNullable(response.getHeaders().get(HttpHeader.CONTENT_ENCODING))
                .ifPresent(encoding -> answer.header(HttpHeader.CONTENT_ENCODING.asString(), encoding));
            copy(listener.getInputStream(), answer.stream(type));
            answer.done();
        } catch (ExecutionException e) {
            if (body.isBroken()) {
                throw new IOException("the client broke off while it sent its request", e);
            }
            throw stopped == null ? UpstreamAnswer.fault(upstream, e.getCause()) : broken();
        } catch (TimeoutException e) {
            throw UpstreamAnswer.fault(upstream, e);
        } catch (InterruptedException e) {
            throw new InterruptedIOException("the exchange was broken off");
        } finally {
            out.abort(new IOException("the exchange is over")); // nothing happens if it is complete
        }
    }

    private org.eclipse.jetty.client.Request prepared(GitProgram program, boolean advertises) throws UpstreamFault {
        String url = upstream.repository() + (advertises ? "/info/refs?service=" : "/") + program.text();
        org.eclipse.jetty.client.Request out =
            door.request(advertises ? HttpMethod.GET : HttpMethod.POST, URI.create(url));
        Optional<String> authorization = door.secrets().authorization(upstream,
            Optional.ofNullable(body.headers().get(HttpHeader.AUTHORIZATION)));
        out.headers(headers -> {
            PASSED.forEach(name -> Optional.ofNullable(body.headers().get(name))
                .ifPresent(value -> headers.put(name, value)));
            headers.put(RequestIds.HEADER, answer.id().value());
            TraceContext.current().ifPresent(trace -> {
                headers.put(TraceContext.PARENT_HEADER, trace.parent());
                if (!trace.state().isEmpty()) {
                    headers.put(TraceContext.STATE_HEADER, trace.state());
                }
            });
            authorization.ifPresent(value -> headers.put(HttpHeader.AUTHORIZATION, value));
            body.headers().getValuesList(HttpHeader.VIA).forEach(via -> headers.add(HttpHeader.VIA, via));
            headers.add(HttpHeader.VIA, door.via());
        });
        return advertises ? out : out.body(body);
    }

    private void copy(InputStream in, OutputStream out) throws IOException {
        try (in) {
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                takes.waits();
                out.write(buffer, 0, n);
                if (in.available() == 0) {
                    out.flush();
                }
                takes.moved(n);
                bytesOut += n;
            }
        } catch (IOException e) {
            throw stopped == null ? e : broken();
        }
        out.close();
    }

    private IOException broken() {
        return new IOException(stopped);
    }

    @Override
    public void stop(String sentence) {
        stopped = sentence;
        org.eclipse.jetty.client.Request out = sent;
        if (out != null) {
            out.abort(new IOException(sentence));
        }
    }
}
