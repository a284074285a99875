package dev.trine.server.rpc;

import dev.trine.common.bulk.BulkListener;
import dev.trine.common.bulk.BulkTransfer;
import dev.trine.proto.BulkBegin;
import dev.trine.proto.BulkOffer;
import dev.trine.proto.GitResponse;
import io.grpc.Status;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Sends the data of an answer in the call, and once it has become large and the front door has come for it, over a
 * connection of its own. Nothing ever waits for that. Used by the service's thread; any may close.
 */
final class BulkWay implements ChunkOutput.Way, AutoCloseable {
    /** Smaller answers are not worth a connection. */
    static final long OFFERED_AFTER_BYTES = 1 << 20;

    private final ChunkOutput.Way call;
    private final Outbox<GitResponse> outbox;
    private final BulkListener listener;
    private final Duration idleMax;
    private volatile @Nullable BulkTransfer transfer;
    private volatile boolean closed;
    private long bytes;
    private boolean begun;

    /**
     * Begins in the call.
     *
     * @param idleMax longest wait for the front door to take something
     */
    BulkWay(ChunkOutput.Way call, Outbox<GitResponse> outbox, BulkListener listener, Duration idleMax) {
        this.call = call;
        this.outbox = outbox;
        this.listener = listener;
        this.idleMax = idleMax;
    }

    @Override
    public boolean send(byte[] chunk, int end) throws IOException {
        if (!begun && !begin()) {
            bytes += end;
            return call.send(chunk, end);
        }
        requireClient();
        BulkTransfer to = transfer();
        try {
            to.send(chunk, end);
        } catch (IOException e) {
            throw outbox.broken(why(to), e);
        }
        return true;
    }

    @Override
    public void requireClient() throws IOException {
        call.requireClient();
    }

    /** Says that all data was sent. */
    void end() throws IOException {
        if (begun) {
            BulkTransfer to = transfer();
            try {
                to.end();
            } catch (IOException e) {
                throw outbox.broken(why(to), e);
            }
        }
    }

    /** Cuts the connection, if there is one; unless it was ended, the front door sees that something is missing. */
    @Override
    public void close() {
        closed = true;
        BulkTransfer offered = transfer;
        if (offered != null) {
            offered.close();
        }
    }

    /** Whether data goes over the connection from now on. */
    private boolean begin() throws IOException {
        BulkTransfer offered = transfer;
        if (offered != null && offered.isConnected()) {
            outbox.send(GitResponse.newBuilder().setBulkBegin(BulkBegin.getDefaultInstance()).build());
            begun = true;
        } else if (offered == null && bytes >= OFFERED_AFTER_BYTES) {
            offer();
        }
        return begun;
    }

    private void offer() throws IOException {
        BulkTransfer offered = listener.offer(idleMax);
        transfer = offered;
        if (closed) {
            offered.close();
        }
        outbox.send(GitResponse.newBuilder().setBulkOffer(BulkOffer.newBuilder().setHost(listener.offeredHost())
            .setPort(listener.offeredPort()).setToken(offered.token().value())).build());
    }

    private Status why(BulkTransfer to) {
        return to.isStalled() ? Idle.tookNothing(idleMax) : Status.CANCELLED.withDescription("the client is gone");
    }

    private BulkTransfer transfer() {
        if (transfer == null) {
            throw new IllegalStateException("nothing was offered");
        }
        return transfer;
    }
}
