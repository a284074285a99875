package dev.trine.http;

import dev.trine.common.door.AddressRange;
import dev.trine.common.live.LiveSettings;
import dev.trine.common.live.LiveState;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Bounds how many requests are under way, in all and for one address, or network of IPv6. Who comes beyond is told so
 * at once, and the audit as well.
 */
final class RequestLimit extends Handler.Wrapper {
    private final int max;
    private final int perAddressMax;
    private final SignIns signIns;
    private final LiveState live;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Integer> running = new HashMap<>();
    private int all;

    RequestLimit(HttpLimits limits, SignIns signIns, LiveState live, Handler handler) {
        super(handler);
        this.signIns = signIns;
        this.live = live;
        this.max = limits.requestsMax();
        this.perAddressMax = limits.requestsPerAddressMax();
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        String address = AddressRange.of(request.getConnectionMetaData().getRemoteSocketAddress())
            .map(each -> AddressRange.ofSubscriber(each).toString()).orElse("");
        Optional<Excess> excess = begin(address);
        if (excess.isPresent()) {
            signIns.turnedAway(request, excess.get().why());
            new Answer(request, response, callback, live.now().get(LiveSettings.NOTICE, ""))
                .text(excess.get().status(), "trine: " + excess.get().why());
            return true;
        }
        Request.addCompletionListener(request, ended -> end(address));
        return super.handle(request, response, callback);
    }

    private Optional<Excess> begin(String address) {
        lock.lock();
        try {
            if (all >= max) {
                return Optional.of(new Excess(HttpStatus.SERVICE_UNAVAILABLE_503, max
                    + " requests are under way here, which is the limit of this proxy (limits.requests-max);"
                    + " try again in a moment"));
            }
            int his = running.getOrDefault(address, 0);
            if (his >= perAddressMax) {
                return Optional.of(new Excess(HttpStatus.TOO_MANY_REQUESTS_429, his
                    + " requests from your address are under way, which is the limit of this proxy"
                    + " (limits.requests-per-address-max); let some finish, then try again"));
            }
            running.put(address, his + 1);
            all++;
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    private void end(String address) {
        lock.lock();
        try {
            all--;
            running.merge(address, -1, (his, less) -> his + less == 0 ? null : his + less);
        } finally {
            lock.unlock();
        }
    }

    /** One request too many. */
    private record Excess(int status, String why) {
    }
}
