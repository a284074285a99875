package dev.trine.common.audit;

import dev.trine.common.lifecycle.StartException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a service that ended left in its directory, and where its audit goes on. A last line without an end, which a
 * crash leaves, is set aside in a file of its own; lines that were changed stay as they are, and a new file is begun.
 *
 * @param last     the line to go on after
 * @param open     the file to go on in, and its length; empty: a new one is begun
 * @param findings what was amiss, in sentences for the log and the audit itself
 */
record LeftBehind(ChainLink last, Optional<Open> open, List<String> findings) {
    /** A file that takes more lines. */
    record Open(AuditFile file, long length) {
    }

    /** What one file holds: its last line that is as it was written, where its last whole line ends, what is wrong. */
    private record Seen(Optional<ChainLink> good, long end, long length, Optional<String> fault) {
    }

    /** Looks into a directory and sets aside what was not finished. */
    static LeftBehind in(Path directory, Instant now) throws IOException, StartException {
        List<String> findings = new ArrayList<>();
        List<AuditFile> files = AuditFile.in(directory);
        for (AuditFile file : files.reversed()) {
            Seen seen = look(file);
            if (seen.end() < seen.length()) {
                findings.add(setAside(file, seen, now));
            }
            seen.fault().ifPresent(fault -> findings.add(file.path().getFileName() + ": " + fault));
            if (seen.good().isPresent()) {
                return new LeftBehind(seen.good().get(), seen.fault().isPresent() ? Optional.empty()
                    : Optional.of(new Open(file, seen.end())), findings);
            }
            if (seen.end() > 0) {
                throw new StartException("audit.dir " + directory + ": " + file.path().getFileName()
                    + " holds no line that is as it was written, so that the audit cannot go on after it; move the"
                    + " directory away, keep it for whoever finds out why, and start again");
            }
            Files.delete(file.path()); // begun, and nothing was written
        }
        return new LeftBehind(ChainLink.START, Optional.empty(), findings);
    }

    private static Seen look(AuditFile file) throws IOException {
        ChainCheck check = new ChainCheck();
        Optional<ChainLink> good = Optional.empty();
        Optional<String> fault = Optional.empty();
        long end = 0;
        long number = 0;
        try (AuditLines in = new AuditLines(file.path())) {
            for (Optional<AuditLines.Line> line = in.next(); line.isPresent(); line = in.next()) {
                if (!line.get().whole()) {
                    return new Seen(good, end, line.get().end(), fault);
                }
                number++;
                end = line.get().end();
                Optional<String> found = check.accept(line.get());
                if (found.isEmpty()) {
                    good = check.last();
                } else if (fault.isEmpty()) {
                    fault = Optional.of("line " + number + " " + found.get() + "; 'trine audit verify' shows more");
                }
            }
        }
        return new Seen(good, end, end, fault);
    }

    private static String setAside(AuditFile file, Seen seen, Instant now) throws IOException {
        Path aside = file.path().resolveSibling(file.path().getFileName() + ".torn-" + now.toEpochMilli());
        try (FileChannel from = FileChannel.open(file.path(), StandardOpenOption.READ, StandardOpenOption.WRITE);
             FileChannel to = FileChannel.open(aside, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                 AuditWriter.only("rw-------"))) {
            from.position(seen.end());
            to.transferFrom(from, 0, seen.length() - seen.end());
            to.force(true);
            from.truncate(seen.end());
            from.force(true);
        }
        return file.path().getFileName() + " ended within a line, as a crash leaves it; its last "
            + (seen.length() - seen.end()) + " bytes are in " + aside.getFileName() + " now";
    }
}
