package dev.trine.server.receive;

import dev.trine.common.model.ObjectName;
import dev.trine.common.model.PushId;
import dev.trine.common.model.PushOutcome;
import dev.trine.common.model.ReadPoint;
import dev.trine.common.model.RefUpdate;
import dev.trine.common.model.RepoId;
import dev.trine.server.hosting.Hosting;
import dev.trine.server.hosting.Opened;
import dev.trine.server.hosting.PushSession;
import dev.trine.server.hosting.RepositoryView;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.eclipse.jgit.lib.ProgressMonitor;

/** Another hosting, but the outcome of every transaction is decided by the test. */
record DecidedHosting(Hosting real, Function<List<RefUpdate>, PushOutcome> decision) implements Hosting {
    @Override
    public Opened<RepositoryView> open(RepoId repo, ReadPoint at) {
        return real.open(repo, at);
    }

    @Override
    public Opened<PushSession> openPush(RepoId repo, ReadPoint at, PushId push, String user) {
        return switch (real.openPush(repo, at, push, user)) {
            case Opened.Ready<PushSession> ready -> new Opened.Ready<>(new Session(ready.value(), decision));
            case Opened.Refused<PushSession> refused -> refused;
        };
    }

    @Override
    public Optional<String> withdrawn(RepoId repo) {
        return real.withdrawn(repo);
    }

    private record Session(PushSession real, Function<List<RefUpdate>, PushOutcome> decision) implements PushSession {
        @Override
        public PushId id() {
            return real.id();
        }

        @Override
        public RepositoryView view() {
            return real.view();
        }

        @Override
        public void whenArrived(Arrival what) {
            real.whenArrived(what);
        }

        @Override
        public Received receive(InputStream pack, Set<ObjectName> tips, ProgressMonitor progress) throws IOException {
            return real.receive(pack, tips, progress);
        }

        @Override
        public Received check(Set<ObjectName> tips, ProgressMonitor progress) throws IOException {
            return real.check(tips, progress);
        }

        @Override
        public PushOutcome commit(List<RefUpdate> updates) {
            return decision.apply(updates);
        }

        @Override
        public PushOutcome commitOnce(PushId once, List<RefUpdate> updates) {
            return decision.apply(updates);
        }

        @Override
        public Optional<PushOutcome> recorded(PushId once, List<RefUpdate> updates) {
            return real.recorded(once, updates);
        }

        @Override
        public void close() {
            real.close();
        }
    }
}
