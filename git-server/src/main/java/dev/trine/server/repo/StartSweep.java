package dev.trine.server.repo;

import dev.trine.common.model.PackName;
import dev.trine.common.model.RepoId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One walk over all repositories' directories before a node serves: removes temporary files and packs that nothing
 * lists, and notes where a copy from a peer was interrupted. The directories are shared out among the processors, since
 * a node has very many.
 */
final class StartSweep {
    private final Path root;
    private final PackListing listing;
    private final Pattern packFile;
    private final Set<RepoId> copying = ConcurrentHashMap.newKeySet();

    /**
     * Looks at nothing yet.
     *
     * @param packFile matches names of packs' files, the pack's name as its first group
     */
    StartSweep(Path root, PackListing listing, Pattern packFile) {
        this.root = root;
        this.listing = listing;
        this.packFile = packFile;
    }

    /**
     * Walks.
     *
     * @return how many files were removed
     */
    int run() throws IOException {
        try {
            return list(root).parallelStream().filter(Files::isDirectory)
                .flatMap(group -> list(group).stream()).mapToInt(this::sweep).sum();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Repositories in which it saw a file that is being copied. */
    Set<RepoId> copying() {
        return Set.copyOf(copying);
    }

    private static List<Path> list(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int sweep(Path directory) {
        Optional<RepoId> repo = repoOf(directory);
        if (repo.isEmpty() || !Files.isDirectory(directory)) {
            return 0;
        }
        int removed = 0;
        Map<String, Boolean> listed = new HashMap<>();
        for (Path file : list(directory)) {
            String name = file.getFileName().toString();
            Matcher pack = packFile.matcher(name);
            if (name.startsWith(PackFiles.TEMPORARY) || pack.matches() && !listed.computeIfAbsent(pack.group(1),
                hex -> listing.lists(repo.get(), new PackName(hex)))) {
                remove(file);
                removed++;
            } else if (name.startsWith(UnfinishedCopies.PREFIX)) {
                copying.add(repo.get());
            }
        }
        return removed;
    }

    private static void remove(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<RepoId> repoOf(Path directory) {
        try {
            return Optional.of(new RepoId(directory.getFileName().toString()));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // not ours: leave it alone
        }
    }
}
