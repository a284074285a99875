package dev.trine.http;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * Closes connections that do not come to the point: no request within a time after the client has connected, or after
 * the first byte of a further one over HTTP/1.1. TLS and the PROXY header count in. It looks several times within it.
 */
final class HeaderDeadline extends Handler.Wrapper implements Connection.Listener {
    private static final int LOOKS = 5;

    private final long maxNanos;
    private final Map<EndPoint, Client> open = new ConcurrentHashMap<>();
    private volatile Scheduler.@Nullable Task task;

    HeaderDeadline(Duration max, Handler handler) {
        super(handler);
        this.maxNanos = max.toNanos();
    }

    @Override
    public void onOpened(Connection connection) {
        open.computeIfAbsent(root(connection.getEndPoint()), end -> new Client(System.nanoTime()));
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        ConnectionMetaData connection = request.getConnectionMetaData();
        Client client = open.get(root(connection.getConnection().getEndPoint()));
        if (client != null) {
            client.comes();
            if (connection.getHttpVersion().getVersion() < HttpVersion.HTTP_2.getVersion()) {
                Request.addCompletionListener(request, ended -> client.ends(connection.getConnection()));
            }
        }
        return super.handle(request, response, callback);
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        schedule();
    }

    @Override
    protected void doStop() throws Exception {
        Scheduler.Task last = task;
        if (last != null) {
            last.cancel();
        }
        super.doStop();
    }

    private void schedule() {
        task = getServer().getScheduler().schedule(this::look, maxNanos / LOOKS, TimeUnit.NANOSECONDS);
    }

    private void look() {
        try {
            long now = System.nanoTime();
            open.keySet().removeIf(end -> !end.isOpen());
            open.forEach((end, client) -> {
                if (client.isLate(now, maxNanos)) {
                    end.close();
                }
            });
        } finally {
            if (isRunning()) {
                schedule();
            }
        }
    }

    /** The end that has the socket. */
    private static EndPoint root(EndPoint end) {
        EndPoint inner = end instanceof EndPoint.Wrapper wrapper ? wrapper.unwrap() : end;
        return inner.getTransport() instanceof EndPoint outer ? root(outer) : inner;
    }

    /** One connection, between its requests or in one. */
    private static final class Client {
        private boolean awaited = true;
        private long since;
        private long bytesBefore;
        private @Nullable Connection between;

        Client(long connectedNanos) {
            since = connectedNanos;
        }

        synchronized void comes() {
            awaited = false;
            between = null;
        }

        synchronized void ends(Connection connection) {
            between = connection;
            bytesBefore = connection.getBytesIn();
        }

        synchronized boolean isLate(long now, long maxNanos) {
            if (!awaited && between != null && between.getBytesIn() > bytesBefore) {
                awaited = true;
                since = now;
            }
            return awaited && now - since > maxNanos;
        }
    }
}
