package dev.trine.server.hosting;

import dev.trine.common.model.Epoch;
import dev.trine.common.model.ObjectName;
import dev.trine.common.model.Position;
import dev.trine.common.model.PushId;
import dev.trine.common.model.ReadPoint;
import dev.trine.common.model.RefName;
import dev.trine.common.model.RefValue;
import dev.trine.common.model.RepoId;
import dev.trine.server.replication.RefTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiPredicate;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;

/**
 * Hosting for tests: plain bare repositories of C Git, refs through JGit, no replication. A repository unknown to it is
 * refused as {@link Refusal.NotHere}; {@link #refuse} makes it refuse for another reason.
 */
public final class LocalHosting implements Hosting {
    /** The read point that any state satisfies. */
    public static final ReadPoint ANY_STATE = new ReadPoint.Committed(1, Position.START);

    private final Map<RepoId, Path> directories = new ConcurrentHashMap<>();
    private final Map<RepoId, Refusal> refusals = new ConcurrentHashMap<>();
    private final AtomicLong version = new AtomicLong();

    /** Hosts a bare repository. */
    public void host(RepoId repo, Path gitDirectory) {
        directories.put(repo, gitDirectory);
    }

    /** Makes every attempt to open it fail so. */
    public void refuse(RepoId repo, Refusal why) {
        refusals.put(repo, why);
    }

    @Override
    public Optional<String> withdrawn(RepoId repo) {
        return Optional.empty();
    }

    @Override
    public Opened<RepositoryView> open(RepoId repo, ReadPoint at) {
        Optional<Refusal> refusal = refusal(repo);
        return refusal.isPresent() ? new Opened.Refused<>(refusal.get())
            : new Opened.Ready<>(new LocalView(repo, openGit(repo)));
    }

    @Override
    public Opened<PushSession> openPush(RepoId repo, ReadPoint at, PushId push, String user) {
        Optional<Refusal> refusal = refusal(repo);
        return refusal.isPresent() ? new Opened.Refused<>(refusal.get())
            : new Opened.Ready<>(new LocalPush(push, new LocalView(repo, openGit(repo)), version));
    }

    private Optional<Refusal> refusal(RepoId repo) {
        return Optional.ofNullable(refusals.get(repo))
            .or(() -> directories.containsKey(repo) ? Optional.empty() : Optional.of(new Refusal.NotHere(repo)));
    }

    private FileRepository openGit(RepoId repo) {
        try {
            FileRepository git = (FileRepository) new FileRepositoryBuilder()
                .setGitDir(directories.get(repo).toFile()).setMustExist(true).build();
            git.getConfig().setBoolean("core", null, "multiPackIndex", false);
            return git;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A view of a plain repository; its refs are those at the time of opening, its position stands for them. */
    static final class LocalView implements RepositoryView {
        private final RepoId id;
        private final FileRepository git;
        private final SnapshotRefs refs;

        LocalView(RepoId id, FileRepository git) {
            this.id = id;
            this.git = git;
            this.refs = snapshot(git);
        }

        @Override
        public RepoId id() {
            return id;
        }

        @Override
        public Position at() {
            return new Position(0, new Epoch(0, Integer.toUnsignedLong(refs.refs().hashCode()), 0));
        }

        @Override
        public RefTable refs() {
            return refs;
        }

        @Override
        public Repository git() {
            return git;
        }

        @Override
        public void close() {
            git.close();
        }
    }

    static SnapshotRefs snapshot(Repository git) {
        try {
            NavigableMap<RefName, RefValue> refs = new TreeMap<>();
            for (Ref ref : git.getRefDatabase().getRefs()) {
                refs.put(new RefName(ref.getName()), value(git, ref));
            }
            refs.put(RefName.HEAD, value(git, git.getRefDatabase().exactRef("HEAD")));
            return new SnapshotRefs(refs);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static RefValue value(Repository git, Ref ref) throws IOException {
        if (ref.isSymbolic()) {
            return new RefValue.Symbolic(new RefName(ref.getTarget().getName()));
        }
        Ref peeled = git.getRefDatabase().peel(ref);
        return new RefValue.Direct(name(ref.getObjectId()),
            Optional.ofNullable(peeled.getPeeledObjectId()).map(LocalHosting::name));
    }

    static ObjectName name(ObjectId id) {
        return new ObjectName(id.name());
    }

    /** Refs in memory. */
    record SnapshotRefs(NavigableMap<RefName, RefValue> refs) implements RefTable {
        @Override
        public Optional<RefValue> get(RefName name) {
            return Optional.ofNullable(refs.get(name));
        }

        @Override
        public void scan(String prefix, BiPredicate<RefName, RefValue> visitor) {
            for (Map.Entry<RefName, RefValue> ref : refs.entrySet()) {
                if (ref.getKey().value().startsWith(prefix) && !visitor.test(ref.getKey(), ref.getValue())) {
                    return;
                }
            }
        }
    }
}
