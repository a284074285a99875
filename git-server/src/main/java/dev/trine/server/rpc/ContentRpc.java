package dev.trine.server.rpc;

import dev.trine.common.model.RefLimits;
import dev.trine.common.model.RepoId;
import dev.trine.common.wire.Wire;
import dev.trine.proto.ArchiveRequest;
import dev.trine.proto.ContentGrpc;
import dev.trine.proto.ContentPart;
import dev.trine.proto.ContentRange;
import dev.trine.proto.ContentRequest;
import dev.trine.server.admission.Claimant;
import dev.trine.server.content.ArchiveFormat;
import dev.trine.server.content.ByteRange;
import dev.trine.server.content.Conditions;
import dev.trine.server.content.ContentCall;
import dev.trine.server.content.Contents;
import dev.trine.server.content.Wanted;
import dev.trine.server.hosting.GitCall;
import dev.trine.server.hosting.Refusal;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The Content service. Its calls count among the node's Git calls. Close it after the server that it is part of. */
public final class ContentRpc extends ContentGrpc.ContentImplBase implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ContentRpc.class);

    private final Contents contents;
    private final TransportLimits limits;
    private final Admission admission;
    private final CallThreads threads = new CallThreads();

    public ContentRpc(Contents contents, TransportLimits limits, Admission admission) {
        this.contents = contents;
        this.limits = limits;
        this.admission = admission;
    }

    @Override
    public void readContent(ContentRequest request, StreamObserver<ContentPart> parts) {
        ContentCall content = fromProto(request);
        var call = (ServerCallStreamObserver<ContentPart>) parts;
        Optional<Status> full = admission.enter(Claimant.of(content.repo(), content.caller()));
        if (full.isPresent()) {
            call.onError(full.get().asRuntimeException());
            return;
        }
        Outbox<ContentPart> outbox = new Outbox<>(call, limits.idleMax());
        call.setOnReadyThreshold(GitExchange.READY_BYTES);
        call.setOnReadyHandler(outbox::wake);
        call.setOnCancelHandler(outbox::wake);
        threads.execute(() -> run(content, call, outbox));
    }

    private void run(ContentCall content, ServerCallStreamObserver<ContentPart> call, Outbox<ContentPart> outbox) {
        try {
            ContentParts parts = new ContentParts(outbox);
            Optional<Refusal> refused = contents.serve(content, parts);
            if (refused.isPresent()) {
                fail(call, RefusalStatus.of(refused.get()));
            } else {
                parts.finish();
                call.onCompleted();
            }
        } catch (IOException | RuntimeException | Error e) {
            if (!outbox.failure().isOk()) {
                fail(call, outbox.failure());
            } else if (!call.isCancelled()) {
                LOG.atError().addKeyValue("repo", content.repo())
                    .addKeyValue("request", content.caller().requestInLog()).setCause(e)
                    .log("a file or archive could not be sent");
                fail(call, Status.INTERNAL.withDescription("the node could not read the repository; its log has it"));
            }
        } finally {
            admission.leave(Claimant.of(content.repo(), content.caller()));
        }
    }

    private static void fail(ServerCallStreamObserver<ContentPart> call, Status why) {
        if (!call.isCancelled()) {
            call.onError(why.asRuntimeException());
        }
    }

    private static ContentCall fromProto(ContentRequest request) {
        GitExchange.requireShort(request.getPath(), "path");
        GitExchange.requireShort(request.getClientAddress(), "client_address");
        String user = Wire.user(request.getUser());
        GitCall.Caller caller = new GitCall.Caller(user, request.getPath(), request.getClientAddress(),
            GitExchange.kind(request.getLane(), user), RefLimits.NONE,
            GitExchange.requestId(request.getRequestId()));
        return new ContentCall(new RepoId(request.getRepoId()), Wire.fromProto(request.getReadPoint()), caller,
            wanted(request), conditions(request));
    }

    private static Wanted wanted(ContentRequest request) {
        return switch (request.getWhatCase()) {
            case FILE -> new Wanted.File(request.getFile().getRevisionAndPath());
            case ARCHIVE -> new Wanted.Archive(request.getArchive().getRevision(), format(request.getArchive()),
                request.getArchive().getPrefix(), request.getArchive().getPathsList());
            case WHAT_NOT_SET -> throw new IllegalArgumentException("neither a file nor an archive is asked for");
        };
    }

    private static ArchiveFormat format(ArchiveRequest archive) {
        return switch (archive.getFormat()) {
            case TAR_GZ -> ArchiveFormat.TAR_GZ;
            case ZIP -> ArchiveFormat.ZIP;
            case FORMAT_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalArgumentException("a format of archives that this version does not know");
        };
    }

    private static Conditions conditions(ContentRequest request) {
        return new Conditions(request.getIfNoneMatchList(),
            request.hasRange() ? Optional.of(range(request.getRange())) : Optional.empty(),
            Optional.of(request.getIfRange()).filter(tag -> !tag.isEmpty()), request.getHeadOnly());
    }

    private static ByteRange range(ContentRange range) {
        return range.getSuffix() != 0 ? new ByteRange.Suffix(range.getSuffix())
            : new ByteRange.Between(range.getFirst(), range.hasLast() ? range.getLast() : Long.MAX_VALUE);
    }

    @Override
    public void close() throws InterruptedException {
        threads.close();
    }
}
