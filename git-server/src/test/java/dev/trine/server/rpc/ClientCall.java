package dev.trine.server.rpc;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import dev.trine.proto.GitRequest;
import dev.trine.proto.GitResponse;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** The client's end of one call of the Git transport. */
final class ClientCall implements ClientResponseObserver<GitRequest, GitResponse> {
    private final CompletableFuture<Status> status = new CompletableFuture<>();
    private final CompletableFuture<Void> firstData = new CompletableFuture<>();
    private final Semaphore ready = new Semaphore(0);
    private ClientCallStreamObserver<GitRequest> requests;
    private boolean takesNothing;
    private ByteString data = ByteString.EMPTY;
    private ByteString errors = ByteString.EMPTY;
    private int exit = -1;

    /** Lets it ask for no message of the server's. */
    ClientCall takingNothing() {
        takesNothing = true;
        return this;
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<GitRequest> stream) {
        requests = stream;
        stream.setOnReadyHandler(ready::release);
        if (takesNothing) {
            stream.disableAutoRequestWithInitial(0);
        }
    }

    @Override
    public synchronized void onNext(GitResponse response) {
        data = data.concat(response.getData());
        errors = errors.concat(response.getError());
        exit = response.hasExit() ? response.getExit().getCode() : exit;
        if (response.hasData()) {
            firstData.complete(null);
        }
    }

    @Override
    public void onError(Throwable error) {
        status.complete(Status.fromThrowable(error));
        firstData.completeExceptionally(error);
    }

    @Override
    public void onCompleted() {
        status.complete(Status.OK);
    }

    void send(GitRequest request) {
        requests.onNext(request);
    }

    void halfClose() {
        requests.onCompleted();
    }

    void cancel() {
        requests.cancel("the test goes away", null);
    }

    void awaitData() {
        firstData.join();
    }

    /** Takes what the server sent until the call ended. */
    Status takeRest() {
        requests.request(Integer.MAX_VALUE);
        return status();
    }

    /** Whether more may be sent, or may be soon. */
    boolean isReadyWithin(Duration patience) throws InterruptedException {
        while (!requests.isReady()) {
            if (!ready.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                return false;
            }
        }
        return true;
    }

    /** How the call ended; waits for it. */
    Status status() {
        return status.join();
    }

    synchronized String text() {
        return data.toString(UTF_8);
    }

    synchronized String errorText() {
        return errors.toString(UTF_8);
    }

    synchronized int exit() {
        return exit;
    }
}
