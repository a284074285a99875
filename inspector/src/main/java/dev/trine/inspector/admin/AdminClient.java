package dev.trine.inspector.admin;

import dev.trine.inspector.cli.CommandFailure;
import dev.trine.proto.AdminGrpc;
import dev.trine.proto.AdminGrpc.AdminBlockingStub;
import dev.trine.proto.UpstreamsGrpc;
import dev.trine.proto.UpstreamsGrpc.UpstreamsBlockingStub;
import io.grpc.ChannelCredentials;
import io.grpc.ClientInterceptor;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;

/** Calls the {@code Admin} service of one cluster as the owner of one token; a refusal becomes a sentence. */
public final class AdminClient implements AutoCloseable {
    private static final long CALL_MAX_SECONDS = 30;
    private static final int REPLY_MAX_BYTES = 64 << 20;
    private static final long CLOSE_MAX_SECONDS = 2;
    private static final Metadata.Key<String> AUTHORIZATION =
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    private final ManagedChannel channel;
    private final AdminBlockingStub stub;
    private final UpstreamsBlockingStub upstreams;
    private final String api;
    private final Path file;

    private AdminClient(ManagedChannel channel, String api, String token, Path file) {
        Metadata headers = new Metadata();
        headers.put(AUTHORIZATION, "Bearer " + token);
        this.channel = channel;
        ClientInterceptor withToken = MetadataUtils.newAttachHeadersInterceptor(headers);
        this.stub = AdminGrpc.newBlockingStub(channel).withInterceptors(withToken);
        this.upstreams = UpstreamsGrpc.newBlockingStub(channel).withInterceptors(withToken);
        this.api = api;
        this.file = file;
    }

    /**
     * Prepares to call a cluster; nothing is sent yet.
     *
     * @param api       "http://host:port", or "https://host:port" for TLS
     * @param token     access token of the user to act for
     * @param authority certificates of the CA that vouches for the API, in PEM; empty: the CAs that Java knows
     * @param file      where all this came from, for error texts
     */
    public static AdminClient open(String api, String token, Optional<Path> authority, Path file) {
        URI url = parse(api, file);
        ChannelCredentials credentials = "https".equals(url.getScheme())
            ? tls(authority, file) : InsecureChannelCredentials.create();
        ManagedChannel channel = Grpc.newChannelBuilderForAddress(url.getHost(), url.getPort(), credentials)
            .maxInboundMessageSize(REPLY_MAX_BYTES).build();
        return new AdminClient(channel, api, token, file);
    }

    private static ChannelCredentials tls(Optional<Path> authority, Path file) {
        TlsChannelCredentials.Builder credentials = TlsChannelCredentials.newBuilder();
        try {
            if (authority.isPresent()) {
                credentials.trustManager(authority.get().toFile());
            }
            return credentials.build();
        } catch (IOException e) {
            throw new CommandFailure(file + ": authority: " + authority.get() + " cannot be read", e);
        }
    }

    private static URI parse(String api, Path file) {
        try {
            URI url = new URI(api);
            boolean known = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
            if (known && url.getHost() != null && url.getPort() > 0) {
                return url;
            }
        } catch (URISyntaxException e) {
            throw badUrl(api, file);
        }
        throw badUrl(api, file);
    }

    private static CommandFailure badUrl(String api, Path file) {
        return new CommandFailure(file + ": api: \"" + api
            + "\" is not a URL of the form http://host:port or https://host:port");
    }

    /**
     * Makes one call.
     *
     * @throws CommandFailure if it is refused or not answered; its cause is the StatusRuntimeException
     */
    public <R> R call(Function<AdminBlockingStub, R> request) {
        return call(Duration.ofSeconds(CALL_MAX_SECONDS), request);
    }

    /**
     * Makes one call that may take longer.
     *
     * @throws CommandFailure as {@link #call(Function)}
     */
    public <R> R call(Duration max, Function<AdminBlockingStub, R> request) {
        return answered(max, () -> request.apply(stub.withDeadlineAfter(max.toSeconds(), TimeUnit.SECONDS)));
    }

    /**
     * Makes one call about upstreams and migration rules.
     *
     * @throws CommandFailure as {@link #call(Function)}
     */
    public <R> R upstreams(Function<UpstreamsBlockingStub, R> request) {
        return answered(Duration.ofSeconds(CALL_MAX_SECONDS),
            () -> request.apply(upstreams.withDeadlineAfter(CALL_MAX_SECONDS, TimeUnit.SECONDS)));
    }

    private <R> R answered(Duration max, Supplier<R> call) {
        try {
            return call.get();
        } catch (StatusRuntimeException e) {
            throw new CommandFailure(sentence(e, max), e);
        }
    }

    private String sentence(StatusRuntimeException e, Duration max) {
        String text = e.getStatus().getDescription() == null ? "" : e.getStatus().getDescription();
        return switch (e.getStatus().getCode()) {
            case UNAUTHENTICATED -> "the cluster at " + api + " does not accept the token in " + file
                + ": put a valid one there, or choose another file with --cluster";
            case UNAVAILABLE -> unavailable(e, text);
            case DEADLINE_EXCEEDED -> "the cluster at " + api + " did not answer within " + max.toSeconds()
                + " s; what was asked for may or may not have been done";
            case UNIMPLEMENTED -> "the cluster at " + api + " does not know this command: its version is another one";
            default -> text.isEmpty() ? "the cluster answered " + e.getStatus().getCode() : text;
        };
    }

    /** A server's own UNAVAILABLE has a text and no cause. */
    private String unavailable(StatusRuntimeException e, String text) {
        Throwable cause = e.getStatus().getCause();
        if (cause instanceof SSLException) {
            return "the certificate of " + api + " is not trusted: name the cluster's CA under authority in " + file;
        }
        return cause == null && e.getStatus().getDescription() != null ? text
            : "cannot reach the cluster at " + api + ": is it running? ('trine up' starts a local one)";
    }

    @Override
    public void close() {
        channel.shutdownNow();
        try {
            channel.awaitTermination(CLOSE_MAX_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
