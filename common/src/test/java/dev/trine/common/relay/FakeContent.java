package dev.trine.common.relay;

import com.google.protobuf.ByteString;
import dev.trine.proto.ContentGrpc;
import dev.trine.proto.ContentHead;
import dev.trine.proto.ContentPart;
import dev.trine.proto.ContentRequest;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** A node's Content service that gives the answer it was told to give. */
public final class FakeContent extends ContentGrpc.ContentImplBase {
    private final List<ContentRequest> asked = new CopyOnWriteArrayList<>();
    private volatile ContentHead head = ContentHead.getDefaultInstance();
    private volatile byte[] data = new byte[0];
    private volatile Optional<Status> refusal = Optional.empty();
    private volatile Optional<Status> end = Optional.of(Status.OK);

    /** Answers so from now on. */
    public void answer(ContentHead.Builder told, byte[] bytes) {
        head = told.build();
        data = bytes;
    }

    /** Refuses every call from now on, before it says anything. */
    public void refuse(Status status) {
        refusal = Optional.of(status);
    }

    /** Ends its answers so from now on; empty: never. */
    public void endWith(Optional<Status> status) {
        end = status;
    }

    /** What it was asked. */
    public List<ContentRequest> asked() {
        return asked;
    }

    @Override
    public void readContent(ContentRequest request, StreamObserver<ContentPart> parts) {
        asked.add(request);
        if (refusal.isPresent()) {
            parts.onError(refusal.get().asRuntimeException());
            return;
        }
        parts.onNext(ContentPart.newBuilder().setHead(head).build());
        if (data.length > 0) {
            parts.onNext(ContentPart.newBuilder().setData(ByteString.copyFrom(data)).build());
        }
        if (end.isPresent() && end.get().isOk()) {
            parts.onCompleted();
        } else if (end.isPresent()) {
            parts.onError(end.get().asRuntimeException());
        } else {
            ((ServerCallStreamObserver<ContentPart>) parts).setOnCancelHandler(() -> { });
        }
    }
}
