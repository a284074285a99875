package dev.trine.common.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

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
        try (Stream<Path> files = Files.find(top, DEPTH_MAX, (file, attributes) -> attributes.isRegularFile()
            && named(file).isPresent())) {
            return files.map(Path::getParent).distinct().sorted().toList();
        }
    }
}
