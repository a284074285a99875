package dev.trine.router.workload;

import dev.trine.common.lifecycle.StartException;
import dev.trine.common.rpc.CompanyAuthority;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Reads documents by HTTP: small ones, in a short time, from nowhere else than it is told. Any thread. */
final class BoundedGet implements AutoCloseable {
    /** Longest document. */
    static final int BYTES_MAX = 1 << 20;

    private final HttpClient client;
    private final Duration answerMax;

    private BoundedGet(HttpClient client, Duration answerMax) {
        this.client = client;
        this.answerMax = answerMax;
    }

    /**
     * Connects nowhere yet.
     *
     * @param answerMax for how long a whole document is waited for
     * @param authority whose certificates are believed, too
     */
    static BoundedGet open(Duration answerMax, Optional<CompanyAuthority> authority) throws StartException {
        HttpClient.Builder client =
            HttpClient.newBuilder().connectTimeout(answerMax).followRedirects(HttpClient.Redirect.NEVER);
        if (authority.isPresent()) {
            client.sslContext(authority.get().tls());
        }
        return new BoundedGet(client.build(), answerMax);
    }

    /** The document there, as text. */
    String get(URI url) throws IOException {
        HttpRequest request = HttpRequest.newBuilder(url).header("Accept", "application/json").timeout(answerMax)
            .build();
        CompletableFuture<HttpResponse<byte[]>> answer = client.sendAsync(request, head -> new Limited());
        try {
            HttpResponse<byte[]> response = answer.get(answerMax.toNanos(), TimeUnit.NANOSECONDS);
            if (response.statusCode() != 200) {
                throw new IOException(url + " answers with status " + response.statusCode());
            }
            return new String(response.body(), StandardCharsets.UTF_8);
        } catch (TimeoutException e) {
            throw new IOException(url + " does not answer whole within " + answerMax.toMillis() + " ms", e);
        } catch (ExecutionException e) {
            throw new IOException(url + " cannot be read: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the router is stopping");
        } finally {
            answer.cancel(true);
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }

    /** A body of at most {@link #BYTES_MAX} bytes. */
    private static final class Limited implements BodySubscriber<byte[]> {
        private final BodySubscriber<byte[]> whole = BodySubscribers.ofByteArray();
        private Flow.@Nullable Subscription subscription;
        private long received;

        @Override
        public CompletionStage<byte[]> getBody() {
            return whole.getBody();
        }

        @Override
        public void onSubscribe(Flow.Subscription made) {
            subscription = made;
            whole.onSubscribe(made);
        }

        @Override
        public void onNext(List<ByteBuffer> buffers) {
            received += buffers.stream().mapToLong(ByteBuffer::remaining).sum();
            if (received <= BYTES_MAX) {
                whole.onNext(buffers);
            } else if (subscription != null) {
                subscription.cancel();
                whole.onError(new IOException("it is longer than " + BYTES_MAX + " bytes"));
            }
        }

        @Override
        public void onError(Throwable why) {
            whole.onError(why);
        }

        @Override
        public void onComplete() {
            whole.onComplete();
        }
    }
}
