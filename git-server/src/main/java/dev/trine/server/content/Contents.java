package dev.trine.server.content;

import dev.trine.common.model.ObjectName;
import dev.trine.common.model.RepoId;
import dev.trine.server.admission.Claimant;
import dev.trine.server.admission.WorkTurns;
import dev.trine.server.hosting.Hosting;
import dev.trine.server.hosting.Opened;
import dev.trine.server.hosting.Refusal;
import dev.trine.server.hosting.RepositoryView;
import dev.trine.server.kept.StreamCache;
import dev.trine.server.pkt.OneLine;
import dev.trine.server.pkt.OverLimitException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.treewalk.TreeWalk;

/** Files and archives of a node's repositories. Called by many threads; each call has a view of its own. */
public final class Contents {
    /** Larger files are made once for all who ask at the same time, and are never shown as text. */
    static final int SMALL_BYTES = 512 << 10;
    private static final int TEXT_BYTES_LOOKED_AT = 8000;

    private final Hosting hosting;
    private final RawSettings raw;
    private final ArchiveSettings archives;
    private final StreamCache cache;
    private final WorkTurns turns;
    private final ReachableCommits reachable;
    private final BlobMemory memory = new BlobMemory(Runtime.getRuntime().maxMemory());

    /**
     * The service.
     *
     * @param cache archives and large files for those who ask for the same; closed by whoever opened it, after the last
     *              call
     * @param turns for making them, as for packs
     */
    public Contents(Hosting hosting, RawSettings raw, ArchiveSettings archives, StreamCache cache, WorkTurns turns) {
        this.hosting = hosting;
        this.raw = raw;
        this.archives = archives;
        this.cache = cache;
        this.turns = turns;
        this.reachable = new ReachableCommits(turns);
    }

    private record BlobKey(RepoId repo, ObjectId blob) {
    }

    /** By whatever name the commit was asked for. */
    private record ArchiveKey(RepoId repo, ObjectId commit, ArchiveFormat format, String prefix, List<String> paths) {
    }

    /**
     * Serves one call to its end.
     *
     * @return why it is not served, if nothing was sent; empty: it was
     * @throws IOException the client went away, or the disk failed
     */
    public Optional<Refusal> serve(ContentCall call, ContentClient client) throws IOException {
        return switch (hosting.open(call.repo(), call.at())) {
            case Opened.Refused<RepositoryView> refused -> Optional.of(refused.why());
            case Opened.Ready<RepositoryView> ready -> {
                try (RepositoryView view = ready.value()) {
                    yield serve(call, view, client);
                }
            }
        };
    }

    private Optional<Refusal> serve(ContentCall call, RepositoryView view, ContentClient client) throws IOException {
        try (ObjectReader reader = BlobMemory.reader(view); RevWalk walk = new RevWalk(reader)) {
            Revisions revisions = new Revisions(view, walk);
            switch (call.wanted()) {
                case Wanted.File file -> {
                    Revisions.Split split = revisions.split(file.revisionAndPath());
                    file(call, view, client, walk, split);
                }
                case Wanted.Archive archive -> {
                    RevCommit commit = visible(revisions.find(archive.revision()), call, view, client, walk);
                    archive(call, archive, view, client, commit);
                }
            }
            return Optional.empty();
        } catch (NotServedException e) {
            client.head(e.head());
            return Optional.empty();
        } catch (OverLimitException e) {
            return Optional.of(new Refusal.OverLimit(e.getMessage()));
        } catch (IOException | RuntimeException e) {
            Optional<String> withdrawn = hosting.withdrawn(call.repo());
            if (withdrawn.isPresent()) {
                return Optional.of(new Refusal.Unavailable(withdrawn.get()));
            }
            throw e;
        }
    }

    /** A commit that was named by its id is shown only if a ref reaches it. */
    private RevCommit visible(Revisions.Named named, ContentCall call, RepositoryView view, ContentClient client,
                              RevWalk walk) throws IOException, OverLimitException {
        if (named.byId()
            && !reachable.contains(view, walk, named.commit(), Claimant.of(call.repo(), call.caller()), client)) {
            throw NotServedException.missing(Revisions.unreachable(named.commit().name()));
        }
        return named.commit();
    }

    private void file(ContentCall call, RepositoryView view, ContentClient client, RevWalk walk,
                      Revisions.Split split) throws IOException, OverLimitException {
        RevCommit commit = visible(split.revision(), call, view, client, walk);
        ObjectReader reader = walk.getObjectReader();
        ObjectId blob = blob(reader, commit, split.rest());
        long size = reader.getObjectSize(blob, Constants.OBJ_BLOB);
        if (size > raw.sizeMax().bytes()) {
            throw NotServedException.tooLarge("'" + OneLine.of(split.rest()) + "' has " + size + " bytes, over the"
                + " limit of " + raw.sizeMax().bytes() + " (raw.size-max); clone the repository to get it");
        }
        String etag = blob.name();
        if (call.conditions().has(etag)) {
            client.head(new Head.NotModified(name(commit), etag));
        } else if (size <= SMALL_BYTES) {
            byte[] content = reader.open(blob, Constants.OBJ_BLOB).getCachedBytes(SMALL_BYTES);
            Head.Found head = found(call.conditions(), commit, etag, OptionalLong.of(size), isText(content));
            client.head(head);
            if (!call.conditions().headOnly() && size > 0) {
                Span part = head.part().orElse(Span.all(size));
                client.data(content, (int) part.first(), (int) (part.last() - part.first() + 1));
            }
        } else {
            Head.Found head = found(call.conditions(), commit, etag, OptionalLong.of(size), false);
            if (call.conditions().headOnly()) {
                client.head(head);
            } else {
                delivery(call, client).send(new BlobKey(call.repo(), blob),
                    (out, clients) -> large(view, blob, out, clients), known -> head);
            }
        }
    }

    private void large(RepositoryView view, ObjectId blob, OutputStream out, Presence clients) throws IOException {
        try (ObjectReader reader = BlobMemory.reader(view)) {
            memory.with(reader, blob, clients, content -> content.copyTo(out));
        }
    }

    private static ObjectId blob(ObjectReader reader, RevCommit commit, String path) throws IOException {
        String shown = "'" + OneLine.of(path) + "'";
        try (TreeWalk found = isPath(path) ? TreeWalk.forPath(reader, path, commit.getTree()) : null) {
            if (found == null) {
                throw NotServedException.missing("there is no file " + shown + " in commit " + commit.name());
            }
            int type = found.getRawMode(0) & FileMode.TYPE_MASK;
            if (type == FileMode.TYPE_TREE || type == FileMode.TYPE_GITLINK) {
                throw NotServedException.missing(shown + " is a " + (type == FileMode.TYPE_TREE ? "directory"
                    : "submodule") + " in commit " + commit.name() + ", and only files are sent");
            }
            return found.getObjectId(0);
        }
    }

    private static boolean isPath(String path) {
        return !path.isEmpty() && !path.startsWith("/") && !path.endsWith("/") && !path.contains("//");
    }

    private void archive(ContentCall call, Wanted.Archive wanted, RepositoryView view, ContentClient client,
                         RevCommit commit) throws IOException, OverLimitException {
        try (ObjectReader reader = view.git().newObjectReader()) {
            for (String path : wanted.paths()) {
                try (TreeWalk found = isPath(path) ? TreeWalk.forPath(reader, path, commit.getTree()) : null) {
                    if (found == null) {
                        throw NotServedException.missing("there is no '" + OneLine.of(path) + "' in commit "
                            + commit.name());
                    }
                }
            }
        }
        String etag = Compression.etag(commit.name(), wanted);
        ArchiveKey key = new ArchiveKey(call.repo(), commit.copy(), wanted.format(), wanted.prefix(),
            wanted.paths());
        Delivery delivery = delivery(call, client);
        Delivery.HeadOf head = size -> found(call.conditions(), commit, etag, size, false);
        if (call.conditions().has(etag)) {
            client.head(new Head.NotModified(name(commit), etag));
        } else if (call.conditions().headOnly()) {
            client.head(head.head(delivery.keptLength(key)));
        } else {
            Archive archive = new Archive(view, commit, wanted, archives, memory);
            delivery.send(key, archive::write, head);
        }
    }

    private Delivery delivery(ContentCall call, ContentClient client) {
        return new Delivery(cache, turns.packs(), Claimant.of(call.repo(), call.caller()), client);
    }

    /** A range counts only where it is known how much there is; else all is sent. */
    private static Head.Found found(Conditions conditions, RevCommit commit, String etag, OptionalLong size,
                                    boolean text) throws NotServedException {
        Optional<ByteRange> range = conditions.rangeFor(etag).filter(wanted -> size.isPresent());
        Optional<Span> part = range.flatMap(wanted -> wanted.of(size.getAsLong()));
        if (range.isPresent() && part.isEmpty()) {
            throw new NotServedException(new Head.NotSatisfiable(etag, size.getAsLong()));
        }
        return new Head.Found(name(commit), etag, size, part, text);
    }

    private static boolean isText(byte[] content) {
        for (int i = 0; i < Math.min(content.length, TEXT_BYTES_LOOKED_AT); i++) {
            if (content[i] == 0) {
                return false;
            }
        }
        return true;
    }

    private static ObjectName name(RevCommit commit) {
        return new ObjectName(commit.name());
    }
}
