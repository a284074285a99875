package dev.trine.server.rpc;

import dev.trine.common.model.PushId;
import dev.trine.common.model.RepoId;
import dev.trine.common.model.RequestId;
import dev.trine.common.wire.Wire;
import dev.trine.proto.GitOpen;
import dev.trine.proto.GitRequest;
import dev.trine.proto.GitResponse;
import dev.trine.server.admission.Claimant;
import dev.trine.server.hosting.Deed;
import dev.trine.server.hosting.GitCall;
import dev.trine.server.hosting.GitProtocol;
import dev.trine.server.hosting.GitService;
import dev.trine.server.hosting.Lane;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call of GitTransport. Its methods are called by gRPC one after the other and only pass on; {@link #run} is the
 * service's thread, the only one that sends.
 */
final class GitExchange implements StreamObserver<GitRequest> {
    private static final Logger LOG = LoggerFactory.getLogger(GitExchange.class);
    private static final int CHUNKS_AHEAD = 4;
    /** Greatest chunk that is accepted. */
    static final int CHUNK_BYTES_MAX = 64 << 10;
    /** Two chunks of ours: one on its way and one behind it. */
    static final int READY_BYTES = 256 << 10;
    private static final int NAME_CHARS_MAX = 4096;

    private final GitService service;
    private final ServerCallStreamObserver<GitResponse> call;
    private final Executor threads;
    private final Admission admission;
    private final ClientBytes in;
    private final Outbox<GitResponse> outbox;
    private final BulkOffers bulk;
    private final TransportLimits limits;
    private volatile Optional<BulkWay> bulkWay = Optional.empty();
    private boolean opened;

    private GitExchange(GitService service, ServerCallStreamObserver<GitResponse> call, Executor threads,
                        Admission admission, TransportLimits limits, BulkOffers bulk) {
        this.bulk = bulk;
        this.limits = limits;
        this.service = service;
        this.call = call;
        this.threads = threads;
        this.admission = admission;
        this.in = new ClientBytes(() -> call.request(1), limits.idleMax());
        this.outbox = new Outbox<>(call, limits.idleMax());
    }

    /** Takes charge of a call that has just come in. */
    static GitExchange start(GitService service, StreamObserver<GitResponse> responses, Executor threads,
                             Admission admission, TransportLimits limits, BulkOffers bulk) {
        var call = (ServerCallStreamObserver<GitResponse>) responses;
        GitExchange exchange = new GitExchange(service, call, threads, admission, limits, bulk);
        call.disableAutoRequest();
        call.setOnReadyThreshold(READY_BYTES);
        call.setOnReadyHandler(exchange.outbox::wake);
        call.setOnCancelHandler(exchange::cancelled);
        call.request(1);
        return exchange;
    }

    @Override
    public void onNext(GitRequest request) {
        switch (request.getKindCase()) {
            case OPEN -> open(request.getOpen());
            case DATA -> data(request);
            case KIND_NOT_SET -> malformed("a message without a kind");
        }
    }

    @Override
    public void onError(Throwable error) {
        cancelled();
    }

    @Override
    public void onCompleted() {
        in.end();
        if (!opened) {
            malformed("the call ended before it said what it wants");
        }
    }

    private void cancelled() {
        in.fail(Status.CANCELLED.withDescription("the client is gone"));
        outbox.wake();
        bulkWay.ifPresent(BulkWay::close);
    }

    private void open(GitOpen open) {
        if (opened) {
            malformed("a second open message");
            return;
        }
        GitCall git = fromProto(open);
        opened = true;
        Optional<Status> refused = admission.enter(Claimant.of(git));
        if (refused.isPresent()) {
            fail(refused.get());
            return;
        }
        call.request(CHUNKS_AHEAD);
        threads.execute(() -> run(git));
    }

    private void data(GitRequest request) {
        if (!opened) {
            malformed("data before the open message");
        } else if (request.getData().size() > CHUNK_BYTES_MAX) {
            malformed("a chunk of " + request.getData().size() + " bytes, at most " + CHUNK_BYTES_MAX
                + " are accepted");
        } else {
            in.add(request.getData());
        }
    }

    /** Before the service runs, whoever called us answers for us; after, the service's thread does. */
    private void malformed(String what) {
        if (!opened) {
            throw new IllegalArgumentException(what);
        }
        in.fail(Status.INVALID_ARGUMENT.withDescription(what));
    }

    private GitCall fromProto(GitOpen open) {
        requireShort(open.getPath(), "path");
        requireShort(open.getClientAddress(), "client_address");
        GitCall.Framing framing = switch (open.getFraming()) {
            case DUPLEX -> GitCall.Framing.DUPLEX;
            case ADVERTISE -> GitCall.Framing.ADVERTISE;
            case STATELESS -> GitCall.Framing.STATELESS;
            case FRAMING_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalArgumentException("a framing that this version does not know");
        };
        return new GitCall(new RepoId(open.getRepoId()), Wire.fromProto(open.getReadPoint()), framing,
            new GitProtocol(open.getGitProtocol()),
            caller(open), push(open), in, new ChunkOutput(way(open)),
            new ChunkOutput(new CallWay<>(outbox, bytes -> GitResponse.newBuilder().setError(bytes).build())),
            new Deed());
    }

    private static GitCall.Caller caller(GitOpen open) {
        String user = Wire.user(open.getUser());
        return new GitCall.Caller(user, open.getPath(), open.getClientAddress(), kind(open.getLane(), user),
            RefsRpc.limits(open.getRefLimitsList()), requestId(open.getRequestId()));
    }

    /** What the request is called that a call is made for; empty: the proxy did not say. */
    static Optional<RequestId> requestId(String id) {
        return Optional.of(id).filter(each -> !each.isEmpty()).map(RequestId::new);
    }

    /** Of what sort a caller is. */
    static Lane.Kind kind(GitOpen.Lane lane, String user) {
        return switch (lane) {
            case AUTOMATION -> Lane.Kind.AUTOMATION;
            case LANE_UNSPECIFIED, UNRECOGNIZED -> user.isEmpty() ? Lane.Kind.ANONYMOUS : Lane.Kind.PEOPLE;
        };
    }

    private ChunkOutput.Way way(GitOpen open) {
        ChunkOutput.Way inCall = new CallWay<>(outbox, bytes -> GitResponse.newBuilder().setData(bytes).build());
        bulkWay = bulk.to(open).map(listener -> new BulkWay(inCall, outbox, listener, limits.idleMax()));
        return bulkWay.isPresent() ? bulkWay.get() : inCall;
    }

    private static Optional<GitCall.Push> push(GitOpen open) {
        return open.getPushId().isEmpty() ? Optional.empty()
            : Optional.of(new GitCall.Push(new PushId(open.getPushId()), open.getSentBefore()));
    }

    /** Fails if a name is longer than any may be. */
    static void requireShort(String value, String field) {
        if (value.length() > NAME_CHARS_MAX) {
            throw new IllegalArgumentException(field + " has " + value.length() + " characters, at most "
                + NAME_CHARS_MAX + " are accepted");
        }
    }

    private void run(GitCall git) {
        try {
            switch (service.serve(git)) {
                case GitService.Served.Exit exit -> exit(git, exit);
                case GitService.Served.Refused refused -> fail(RefusalStatus.of(refused.why()));
            }
        } catch (IOException e) {
            broken(git, e);
        } catch (RuntimeException | Error e) {
            LOG.atError().addKeyValue("repo", git.repo()).addKeyValue("request", git.caller().requestInLog())
                .setCause(e).log("a Git service failed");
            fail(Status.INTERNAL.withDescription("a defect of the Git service; the node's log has it"));
        } finally {
            bulkWay.ifPresent(BulkWay::close);
            admission.leave(Claimant.of(git));
        }
    }

    private void exit(GitCall git, GitService.Served.Exit exit) throws IOException {
        git.out().flush();
        if (bulkWay.isPresent()) {
            bulkWay.get().end();
        }
        git.messages().flush();
        outbox.send(GitResponse.newBuilder().setExit(Deeds.exit(exit, git.deed())).build());
        call.onCompleted();
    }

    /** The service ended because a stream failed, for a reason that is known here, or because of the disk. */
    private void broken(GitCall git, IOException e) {
        if (!in.failure().isOk()) {
            fail(in.failure());
        } else if (!outbox.failure().isOk()) {
            fail(outbox.failure());
        } else {
            LOG.atError().addKeyValue("repo", git.repo()).addKeyValue("request", git.caller().requestInLog())
                .setCause(e).log("a Git service could not read or write");
            fail(Status.INTERNAL.withDescription("the node could not read or write the repository; its log has it"));
        }
    }

    private void fail(Status status) {
        bulkWay.ifPresent(BulkWay::close);
        if (!call.isCancelled()) {
            call.onError(status.asRuntimeException());
        }
    }
}
