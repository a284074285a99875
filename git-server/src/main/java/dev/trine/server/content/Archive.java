package dev.trine.server.content;

import dev.trine.server.hosting.RepositoryView;
import java.io.IOException;
import java.io.OutputStream;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.revwalk.RevCommit;

/** One archive of one commit, to be made from a view: looked through for its size first, then written. */
final class Archive {
    private static final int LINK_BYTES_MAX = 4096;

    private final RepositoryView view;
    private final RevCommit commit;
    private final Wanted.Archive wanted;
    private final ArchiveSettings settings;
    private final BlobMemory memory;

    Archive(RepositoryView view, RevCommit commit, Wanted.Archive wanted, ArchiveSettings settings,
            BlobMemory memory) {
        this.view = view;
        this.commit = commit;
        this.wanted = wanted;
        this.settings = settings;
        this.memory = memory;
    }

    /** Writes it; nothing is written if it is over a limit. */
    void write(OutputStream out, Presence clients) throws IOException {
        try (ObjectReader reader = BlobMemory.reader(view)) {
            ArchiveTree tree = new ArchiveTree(reader, settings.entriesMax(), clients);
            tree.visit(commit.getTree(), wanted.paths(), new Sizes(reader));
            try (ArchiveWriter writer =
                     ArchiveWriter.of(wanted.format(), commit.name(), commit.getCommitTime(), out)) {
                if (wanted.prefix().endsWith("/")) {
                    writer.directory(wanted.prefix().replaceAll("/+$", ""));
                }
                tree.visit(commit.getTree(), wanted.paths(), new Entries(reader, writer, clients));
                writer.finish();
            }
        }
    }

    /** Adds up what files have. */
    private final class Sizes implements ArchiveTree.Visitor {
        private final ObjectReader reader;
        private long bytes;

        Sizes(ObjectReader reader) {
            this.reader = reader;
        }

        @Override
        public void directory(String path) {
            // takes a header, and the number of entries is bounded
        }

        @Override
        public void file(String path, boolean executable, ObjectId content) throws IOException {
            bytes += reader.getObjectSize(content, Constants.OBJ_BLOB);
            if (bytes > settings.sizeMax().bytes()) {
                throw NotServedException.tooLarge("the files of this archive have more than "
                    + settings.sizeMax().bytes() + " bytes (archive.size-max); ask for parts of it, with path, or"
                    + " clone the repository");
            }
        }

        @Override
        public void link(String path, ObjectId target) throws IOException {
            long length = reader.getObjectSize(target, Constants.OBJ_BLOB);
            if (length > LINK_BYTES_MAX) {
                throw NotServedException.tooLarge("the target of a symbolic link has " + length
                    + " bytes, over the limit of " + LINK_BYTES_MAX + ", which cannot be set");
            }
        }
    }

    /** Writes entries. */
    private final class Entries implements ArchiveTree.Visitor {
        private final ObjectReader reader;
        private final ArchiveWriter writer;
        private final Presence clients;

        Entries(ObjectReader reader, ArchiveWriter writer, Presence clients) {
            this.reader = reader;
            this.writer = writer;
            this.clients = clients;
        }

        @Override
        public void directory(String path) throws IOException {
            writer.directory(wanted.prefix() + path);
        }

        @Override
        public void file(String path, boolean executable, ObjectId content) throws IOException {
            memory.with(reader, content, clients,
                loader -> writer.file(wanted.prefix() + path, executable, loader));
        }

        @Override
        public void link(String path, ObjectId target) throws IOException {
            writer.link(wanted.prefix() + path,
                reader.open(target, Constants.OBJ_BLOB).getCachedBytes(LINK_BYTES_MAX));
        }
    }
}
