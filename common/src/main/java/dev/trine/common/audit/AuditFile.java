package dev.trine.common.audit;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A file of an audit, named for the day on which it was begun and the number of its first line.
 *
 * @param path  where it is
 * @param day   when it was begun, in UTC
 * @param first number of its first line
 */
public record AuditFile(Path path, LocalDate day, long first) {
    private static final Pattern NAME = Pattern.compile("audit-([0-9]{4}-[0-9]{2}-[0-9]{2})-([0-9]{12,18})\\.jsonl");
    private static final int DEPTH_MAX = 6;

    /** The file that begins with that line. */
    static AuditFile in(Path directory, LocalDate day, long first) {
        return new AuditFile(directory.resolve("audit-%s-%012d.jsonl".formatted(day, first)), day, first);
    }

    /** A file by its name; empty: it is none of an audit. */
    static Optional<AuditFile> named(Path path) {
        Matcher name = NAME.matcher(String.valueOf(path.getFileName()));
        try {
            return name.matches() ? Optional.of(new AuditFile(path, LocalDate.parse(name.group(1)),
                Long.parseLong(name.group(2)))) : Optional.empty();
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    /** The files of a directory in the order in which they were written. */
    public static List<AuditFile> in(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(Files::isRegularFile).flatMap(file -> named(file).stream())
                .sorted(Comparator.comparingLong(AuditFile::first)).toList();
        }
    }

    /** The directory itself or those below it that hold an audit, in order; links are not followed. */
    public static List<Path> directories(Path top) throws IOException {
        Search search = new Search(top);
        Files.walkFileTree(top, Set.of(), DEPTH_MAX, search);
        return List.copyOf(search.found);
    }

    /** Passes over what vanishes meanwhile: services may be at work there. */
    private static final class Search extends SimpleFileVisitor<Path> {
        private final Path top;
        private final Set<Path> found = new TreeSet<>();

        Search(Path top) {
            this.top = top;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (attributes.isRegularFile() && named(file).isPresent()) {
                found.add(file.getParent());
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException why) throws IOException {
            if (file.equals(top)) {
                throw why;
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException why) {
            return FileVisitResult.CONTINUE;
        }
    }
}
