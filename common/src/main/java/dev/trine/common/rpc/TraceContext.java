package dev.trine.common.rpc;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.Context;
import io.grpc.ForwardingClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The trace that a client's request is part of (W3C Trace Context). It is passed on as it came, in the metadata of the
 * calls and the headers of the requests that are made for it; nothing is recorded here.
 *
 * @param parent value of traceparent
 * @param state  value of tracestate; may be empty
 */
public record TraceContext(String parent, String state) {
    /** Name of the header, and of the metadata, that names trace and span. */
    public static final String PARENT_HEADER = "traceparent";
    /** Name of the header, and of the metadata, for what tracing systems add. */
    public static final String STATE_HEADER = "tracestate";
    /** Of a later version what is known of this one is read. */
    private static final Pattern PARENT = Pattern.compile("(?!ff)[0-9a-f]{2}"
        + "(?<known>-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2})(?<more>-.*)?");
    private static final String VERSION = "00";
    private static final int TRACE_BYTES = 16;
    private static final int SPAN_BYTES = 8;
    private static final Pattern STATE = Pattern.compile("[ -~]{0,512}");
    private static final Context.Key<TraceContext> CURRENT = Context.key("trace");

    /** Reads the two headers; empty where the first is malformed. A second one that is malformed counts as none. */
    public static Optional<TraceContext> parse(String parent, String state) {
        Matcher known = PARENT.matcher(parent);
        boolean read = known.matches() && (known.group("more") == null || !parent.startsWith(VERSION));
        return read ? Optional.of(new TraceContext(VERSION + known.group("known"),
            STATE.matcher(state).matches() ? state : "")) : Optional.empty();
    }

    /** A new trace, which nobody is asked to record. */
    public static TraceContext random(RandomGenerator random) {
        return new TraceContext(VERSION + "-" + hex(random, TRACE_BYTES) + "-" + hex(random, SPAN_BYTES) + "-00", "");
    }

    private static String hex(RandomGenerator random, int bytes) {
        byte[] chosen = new byte[bytes];
        random.nextBytes(chosen);
        chosen[0] |= 1; // all zeros are no id
        return HexFormat.of().formatHex(chosen);
    }

    /** The one that this thread does something for. */
    public static Optional<TraceContext> current() {
        return Optional.ofNullable(CURRENT.get());
    }

    /** Does something whose calls on this thread are part of the trace. */
    public <T> T call(Callable<T> what) throws Exception {
        return Context.current().withValue(CURRENT, this).call(what);
    }

    /** Adds the trace to calls. */
    static final class Passing implements ClientInterceptor {
        private static final Metadata.Key<String> PARENT_KEY =
            Metadata.Key.of(PARENT_HEADER, Metadata.ASCII_STRING_MARSHALLER);
        private static final Metadata.Key<String> STATE_KEY =
            Metadata.Key.of(STATE_HEADER, Metadata.ASCII_STRING_MARSHALLER);

        @Override
        public <Q, S> ClientCall<Q, S> interceptCall(MethodDescriptor<Q, S> method, CallOptions options,
                                                     Channel next) {
            TraceContext trace = CURRENT.get();
            ClientCall<Q, S> call = next.newCall(method, options);
            return trace == null ? call : new ForwardingClientCall.SimpleForwardingClientCall<>(call) {
                @Override
                public void start(Listener<S> listener, Metadata headers) {
                    headers.put(PARENT_KEY, trace.parent);
                    if (!trace.state.isEmpty()) {
                        headers.put(STATE_KEY, trace.state);
                    }
                    super.start(listener, headers);
                }
            };
        }
    }
}
