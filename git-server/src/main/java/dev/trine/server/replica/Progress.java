package dev.trine.server.replica;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.trine.common.model.Member;
import dev.trine.common.model.RepoId;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** How far this node's catching up is, by repository, as far as memory has it. Called by many threads. */
final class Progress {
    private static final int REMEMBERED_MAX = 20_000;

    private final CatchUpCounters counters = new CatchUpCounters();
    private final LongSupplier nanos;
    private final Cache<RepoId, Long> behind = Caffeine.newBuilder().maximumSize(REMEMBERED_MAX).build();
    private final Cache<RepoId, Copy> copies = Caffeine.newBuilder().maximumSize(REMEMBERED_MAX).build();

    /**
     * Knows nothing yet.
     *
     * @param nanos a clock that never jumps
     */
    Progress(LongSupplier nanos) {
        this.nanos = nanos;
    }

    CatchUpCounters counters() {
        return counters;
    }

    /** One copy; closed when it has ended, however. */
    final class Copy implements AutoCloseable {
        private final Member from;
        private final long begunNanos = nanos.getAsLong();
        private final AtomicBoolean open = new AtomicBoolean(true);
        private final AtomicLong target = new AtomicLong();
        private final AtomicLong total = new AtomicLong();
        private final AtomicLong here = new AtomicLong();
        private final AtomicLong came = new AtomicLong();

        private Copy(Member from) {
            this.from = from;
        }

        /** It is known what the copy brings. */
        void leadsTo(long version) {
            target.set(version);
        }

        /** It is known how much comes, and how much of it is here already. */
        void expects(long bytes, long bytesHere) {
            total.set(bytes);
            here.set(bytesHere);
        }

        void came(long bytes) {
            here.addAndGet(bytes);
            came.addAndGet(bytes);
        }

        /** Bytes that came. */
        long bytes() {
            return came.get();
        }

        long seconds() {
            return TimeUnit.NANOSECONDS.toSeconds(nanos.getAsLong() - begunNanos);
        }

        @Override
        public void close() {
            open.set(false);
        }

        private CatchUpProgress show(OptionalLong versionsBehind) {
            long millis = Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos.getAsLong() - begunNanos));
            return new CatchUpProgress(Optional.of(from.node()), target.get(), open.get(), here.get(), total.get(),
                came.get() * 1_000 / millis, versionsBehind);
        }
    }

    /** A copy begins. */
    Copy begin(RepoId repo, Member from) {
        Copy copy = new Copy(from);
        copies.put(repo, copy);
        return copy;
    }

    /** Peers have been asked, and show this node to be so far behind. */
    void behind(RepoId repo, long versions) {
        behind.put(repo, versions);
    }

    CatchUpProgress of(RepoId repo) {
        Long versions = behind.getIfPresent(repo);
        OptionalLong lag = versions == null ? OptionalLong.empty() : OptionalLong.of(versions);
        Copy copy = copies.getIfPresent(repo);
        return copy == null ? new CatchUpProgress(Optional.empty(), 0, false, 0, 0, 0, lag) : copy.show(lag);
    }
}
