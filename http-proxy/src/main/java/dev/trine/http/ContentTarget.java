package dev.trine.http;

import dev.trine.proto.ArchiveRequest;
import java.util.Map;
import java.util.Optional;

/** A file or an archive that a path names: everything behind the repository's own path and "/-/". */
sealed interface ContentTarget {
    /** What stands between a repository's path and what is wanted of it. */
    String MARK = "/-/";
    String RAW = "raw/";
    String ARCHIVE = "archive/";
    Map<String, ArchiveRequest.Format> FORMATS =
        Map.of(".tar.gz", ArchiveRequest.Format.TAR_GZ, ".zip", ArchiveRequest.Format.ZIP);

    /** A file: revision and path, with a slash between them. */
    record File(String revisionAndPath) implements ContentTarget {
        /** The last segment of the path. */
        String name() {
            return revisionAndPath.substring(revisionAndPath.lastIndexOf('/') + 1);
        }
    }

    /**
     * An archive.
     *
     * @param suffix of its format
     */
    record Archive(String revision, String suffix, ArchiveRequest.Format format) implements ContentTarget {
    }

    /** Reads what follows the mark; empty: nothing that is served. */
    static Optional<ContentTarget> of(String rest) {
        if (rest.startsWith(RAW)) {
            String file = rest.substring(RAW.length());
            return file.indexOf('/') > 0 && !file.endsWith("/") ? Optional.of(new File(file)) : Optional.empty();
        }
        return FORMATS.entrySet().stream()
            .filter(each -> rest.startsWith(ARCHIVE) && rest.endsWith(each.getKey()))
            .map(each -> new Archive(rest.substring(ARCHIVE.length(), rest.length() - each.getKey().length()),
                each.getKey(), each.getValue()))
            .filter(each -> !each.revision().isEmpty()).findFirst().map(ContentTarget.class::cast);
    }
}
