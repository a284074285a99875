package dev.trine.deploy.measure;

import dev.trine.common.lifecycle.OwnThread;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Many clients that do the same at the same moment. */
final class Crowd {
    private Crowd() {
    }

    /**
     * Lets that many do it and waits for all.
     * In threads of the operating system: virtual ones would hold up those that push from this same process. They go
     * behind all, as clients have processors of their own, and take none from servers.
     */
    static <T> List<T> of(int clients, Callable<T> each) throws Exception {
        try (ExecutorService threads = Executors.newThreadPerTaskExecutor(
            OwnThread.behindAll("client"))) {
            List<T> done = new ArrayList<>();
            for (Future<T> one : threads.invokeAll(Collections.nCopies(clients, each))) {
                done.add(one.get());
            }
            return done;
        }
    }
}
