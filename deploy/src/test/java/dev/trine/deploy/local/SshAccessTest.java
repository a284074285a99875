package dev.trine.deploy.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.inspector.admin.AdminClient;
import dev.trine.proto.AdminGrpc;
import dev.trine.proto.Key;
import dev.trine.proto.ListKeysReply;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SshAccessTest {
    private static final String ONE = "ssh-ed25519 "
        + "AAAAC3NzaC1lZDI1NTE5AAAAIEhYUPkTDGkAdOxYFt2scJOjJcUo60MPUPRUzBDBe79Y";
    private static final String ONES_FINGERPRINT = "SHA256:ArMxaLjK5xy3Ia6K+S/720ZPBieFl39SohUA7Ua7cHU";
    private static final String OTHER = "ssh-ed25519 "
        + "AAAAC3NzaC1lZDI1NTE5AAAAIAcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH";

    @TempDir
    private Path directory;
    private final List<String> known = new CopyOnWriteArrayList<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final List<String> told = new ArrayList<>();
    private volatile boolean silent;
    private Server cluster;
    private AdminClient api;

    @BeforeEach
    void start() throws Exception {
        cluster = Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create()).addService(keys()).build()
            .start();
        api = AdminClient.open("http://127.0.0.1:" + cluster.getPort(), "token", Optional.empty(), directory);
        Files.createDirectories(directory.resolve("home/.ssh"));
    }

    @AfterEach
    void stop() {
        api.close();
        cluster.shutdownNow();
    }

    /** What a cluster says of keys; it has each that it is offered. */
    private ServerServiceDefinition keys() {
        return ServerServiceDefinition.builder(AdminGrpc.SERVICE_NAME)
            .addMethod(AdminGrpc.getListKeysMethod(), answering(request -> {
                if (silent) {
                    throw Status.FAILED_PRECONDITION.withDescription("the list is too long").asRuntimeException();
                }
                return ListKeysReply.newBuilder().addAllKeys(known.stream().map(fingerprint ->
                    Key.newBuilder().setFingerprint(fingerprint).build()).toList()).build();
            }))
            .addMethod(AdminGrpc.getAddKeyMethod(), answering(request -> {
                asked.add(request.getPublicKey());
                throw Status.ALREADY_EXISTS.withDescription("it is registered already").asRuntimeException();
            })).build();
    }

    private static <Q, S> ServerCallHandler<Q, S> answering(Function<Q, S> answer) {
        return (call, headers) -> {
            call.request(1);
            return new ServerCall.Listener<>() {
                @Override
                public void onMessage(Q request) {
                    try {
                        S reply = answer.apply(request);
                        call.sendHeaders(new Metadata());
                        call.sendMessage(reply);
                        call.close(Status.OK, new Metadata());
                    } catch (StatusRuntimeException e) {
                        call.close(e.getStatus(), new Metadata());
                    }
                }
            };
        };
    }

    private void register() throws Exception {
        Files.writeString(directory.resolve("home/.ssh/one.pub"), ONE + " me@home\n");
        Files.writeString(directory.resolve("home/.ssh/other.pub"), OTHER + "\n");
        new SshAccess(ClusterDirectory.at(directory.resolve("cluster")), Set.of(directory.resolve("home")), told::add)
            .register(api);
    }

    @Test
    void aKeyThatTheClusterHasIsNotOfferedAgain() throws Exception {
        known.add(ONES_FINGERPRINT);
        register();
        assertThat(asked).containsExactly(OTHER);
        assertThat(told).isEmpty();
    }

    @Test
    void whereKeysCannotBeListedEachIsOffered() throws Exception {
        silent = true;
        register();
        assertThat(asked).containsExactly(ONE + " me@home", OTHER);
        assertThat(told).isEmpty();
    }
}
