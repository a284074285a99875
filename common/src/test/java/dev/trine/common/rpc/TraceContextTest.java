package dev.trine.common.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.config.HostPort;
import dev.trine.proto.IdentifyRequest;
import dev.trine.proto.Identity;
import dev.trine.proto.RouterGrpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.stub.StreamObserver;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceContextTest {
    private static final String PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    @TempDir
    private Path dir;
    private final List<String> seen = new CopyOnWriteArrayList<>(); // by threads of the server

    @Test
    void callsForATracedRequestCarryItsTraceAndOthersNone() throws Exception {
        Path secret = Files.writeString(dir.resolve("secret"), "x".repeat(32));
        Security security = new Security(Optional.of(secret), Optional.empty());
        RpcServer server = RpcServer.start(new HostPort("127.0.0.1", 0), security, List.of(),
            List.of(ServerInterceptors.intercept(new Anybody(), new Recorder())));
        try (server; RpcChannels channels = new RpcChannels(security)) {
            RouterGrpc.RouterBlockingStub router =
                RouterGrpc.newBlockingStub(channels.to(new HostPort("127.0.0.1", server.port())));
            IdentifyRequest who = IdentifyRequest.getDefaultInstance();
            TraceContext.parse(PARENT, "a=1,b=2").orElseThrow().call(() -> router.identify(who));
            TraceContext.parse(PARENT, "").orElseThrow().call(() -> router.identify(who));
            assertThat(router.identify(who)).isEqualTo(Identity.getDefaultInstance());
        }
        assertThat(seen).containsExactly(PARENT + " a=1,b=2", PARENT + " null", "null null");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\n",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
        "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01.more"})
    void whatIsMalformedIsNoTrace(String parent) {
        assertThat(TraceContext.parse(parent, "")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-", "-what-the-future-will-be-like"})
    void ofALaterVersionWhatIsKnownIsPassedOn(String more) {
        assertThat(TraceContext.parse("cc" + PARENT.substring(2) + more, "a=1"))
            .contains(new TraceContext(PARENT, "a=1"));
    }

    @Test
    void aNewOneIsWellFormedWhateverChanceSaysAndNotRecorded() {
        RandomGenerator zeros = () -> 0;
        TraceContext least = TraceContext.random(zeros);
        assertThat(TraceContext.parse(least.parent(), least.state())).contains(least);
        TraceContext one = TraceContext.random(new SecureRandom());
        assertThat(TraceContext.parse(one.parent(), "")).contains(one);
        assertThat(one.parent()).endsWith("-00").isNotEqualTo(TraceContext.random(new SecureRandom()).parent());
    }

    @Test
    void aStateThatIsTooLongIsLeftOut() {
        String longest = "a=" + "1".repeat(510);
        assertThat(TraceContext.parse(PARENT, longest)).contains(new TraceContext(PARENT, longest));
        assertThat(TraceContext.parse(PARENT, "a=" + "1".repeat(511))).contains(new TraceContext(PARENT, ""));
    }

    private static final class Anybody extends RouterGrpc.RouterImplBase {
        @Override
        public void identify(IdentifyRequest request, StreamObserver<Identity> reply) {
            reply.onNext(Identity.getDefaultInstance());
            reply.onCompleted();
        }
    }

    private final class Recorder implements ServerInterceptor {
        @Override
        public <Q, S> ServerCall.Listener<Q> interceptCall(ServerCall<Q, S> call, Metadata headers,
                                                           ServerCallHandler<Q, S> next) {
            seen.add(headers.get(Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER)) + " "
                + headers.get(Metadata.Key.of("tracestate", Metadata.ASCII_STRING_MARSHALLER)));
            return next.startCall(call, headers);
        }
    }
}
