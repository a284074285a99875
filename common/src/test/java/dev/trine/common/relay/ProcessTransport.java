package dev.trine.common.relay;

import com.google.protobuf.ByteString;
import dev.trine.proto.GitExit;
import dev.trine.proto.GitOpen;
import dev.trine.proto.GitRequest;
import dev.trine.proto.GitResponse;
import dev.trine.proto.GitTransportGrpc;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** A node's GitTransport that runs C Git's programs on plain repositories, and refuses when it is told to. */
public final class ProcessTransport extends GitTransportGrpc.GitTransportImplBase implements AutoCloseable {
    private static final byte[] BEGINNING = "000eversion 2\n".getBytes(StandardCharsets.US_ASCII);

    private final Map<String, Path> repositories;
    private final List<GitOpen> opened = new CopyOnWriteArrayList<>();
    private final List<GitProcess> processes = new CopyOnWriteArrayList<>();
    private volatile Optional<Status> refusal = Optional.empty();
    private volatile Optional<Status> breach = Optional.empty();
    private volatile boolean mute;
    private volatile boolean statelessOnly;
    private volatile int refuseAfterMessages;

    ProcessTransport(Map<String, Path> repositories) {
        this.repositories = repositories;
    }

    /** Refuses every call from now on. */
    public void refuse(Status status) {
        refusal = Optional.of(status);
    }

    /** Refuses every call from now on, but only once that many messages have come. */
    public void refuseAfter(int messages, Status status) {
        refuseAfterMessages = messages;
        refusal = Optional.of(status);
    }

    /** Refuses every call from now on that is one step of a stateless conversation. */
    public void refuseStateless(Status status) {
        statelessOnly = true;
        refusal = Optional.of(status);
    }

    /** Begins an answer to every call from now on, and breaks it off. */
    public void breakOff(Status status) {
        breach = Optional.of(status);
    }

    /** Takes calls from now on without ever saying anything. */
    public void fallSilent() {
        mute = true;
    }

    /** What it was asked to open. */
    public List<GitOpen> opened() {
        return opened;
    }

    /** Calls whose program still runs. */
    public long running() {
        return processes.stream().filter(GitProcess::isRunning).count();
    }

    @Override
    public StreamObserver<GitRequest> uploadPack(StreamObserver<GitResponse> responses) {
        return call("upload-pack", responses);
    }

    @Override
    public StreamObserver<GitRequest> receivePack(StreamObserver<GitResponse> responses) {
        return call("receive-pack", responses);
    }

    @Override
    public void close() {
        processes.forEach(GitProcess::stop);
    }

    private StreamObserver<GitRequest> call(String program, StreamObserver<GitResponse> responses) {
        ServerCallStreamObserver<GitResponse> stream = (ServerCallStreamObserver<GitResponse>) responses;
        GitProcess process = new GitProcess(program, repositories, stream);
        stream.setOnCancelHandler(process::stop);
        stream.setOnReadyHandler(process::ready);
        stream.disableAutoRequest();
        stream.request(1);
        processes.add(process);
        return new StreamObserver<>() {
            private int messages;
            private boolean refused;
            private boolean spared;

            @Override
            public void onNext(GitRequest request) {
                messages++;
                if (request.hasOpen()) {
                    opened.add(request.getOpen());
                    spared = statelessOnly && request.getOpen().getFraming() != GitOpen.Framing.STATELESS;
                }
                if (refused || mute) {
                    return;
                }
                if (refusal.isPresent() && !spared) {
                    refused = messages > refuseAfterMessages;
                    stream.request(1);
                    if (refused) {
                        responses.onError(refusal.get().asRuntimeException());
                    }
                    return;
                }
                if (breach.isPresent()) {
                    refused = true;
                    beginAndBreakOff(responses, breach.get());
                } else {
                    process.take(request);
                }
            }

            @Override
            public void onError(Throwable failure) {
                process.stop();
            }

            @Override
            public void onCompleted() {
                process.endOfInput();
            }
        };
    }

    private static void beginAndBreakOff(StreamObserver<GitResponse> responses, Status why) {
        responses.onNext(data(BEGINNING, BEGINNING.length));
        responses.onError(why.asRuntimeException());
    }

    static GitResponse data(byte[] bytes, int length) {
        return GitResponse.newBuilder().setData(ByteString.copyFrom(bytes, 0, length)).build();
    }

    static GitResponse error(byte[] bytes, int length) {
        return GitResponse.newBuilder().setError(ByteString.copyFrom(bytes, 0, length)).build();
    }

    static GitResponse exit(int code) {
        return GitResponse.newBuilder().setExit(GitExit.newBuilder().setCode(code)).build();
    }
}
