package dev.trine.common.audit;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The oldest files of an audit, which go when a new one is about to begin. What stays has no gap, and the newest stays
 * always: it has the line that a service goes on after, whenever it is killed.
 *
 * @param files   all, in the order in which they were written
 * @param aged    how many of them are older than audit.keep
 * @param crowded how many of the next ones, younger, audit.dir-max has no room for
 */
record OldFiles(List<AuditFile> files, int aged, int crowded) {
    private static final Logger LOG = LoggerFactory.getLogger(OldFiles.class);

    /** Those of a directory. */
    static OldFiles in(Path directory, AuditSettings settings, Instant now) throws IOException {
        List<AuditFile> files = AuditFile.in(directory);
        int aged = aged(files, now.minus(settings.keep()));
        return new OldFiles(files, aged,
            crowded(files.subList(aged, files.size()), settings.dirMax().bytes() - settings.fileMax().bytes()));
    }

    /** Whole days count: a file's last line may be a day younger than its first. */
    private static int aged(List<AuditFile> files, Instant before) {
        LocalDate oldest = LocalDate.ofInstant(before.minus(Duration.ofDays(1)), ZoneOffset.UTC);
        int aged = 0;
        while (aged < files.size() - 1 && files.get(aged).day().isBefore(oldest)) {
            aged++;
        }
        return aged;
    }

    private static int crowded(List<AuditFile> files, long bytesMax) throws IOException {
        long bytes = 0;
        for (AuditFile file : files) {
            bytes += Files.size(file.path());
        }
        int crowded = 0;
        while (crowded < files.size() - 1 && bytes > bytesMax) {
            bytes -= Files.size(files.get(crowded).path());
            crowded++;
        }
        return crowded;
    }

    /** Removes them, and returns what the audit says about it. What cannot be removed is tried again the next time. */
    List<AuditEvent> remove() {
        List<AuditEvent> said = new ArrayList<>();
        int gone = 0;
        try {
            for (; gone < aged; gone++) {
                remove(files.get(gone));
                LOG.atInfo().addKeyValue("file", files.get(gone).path())
                    .log("an audit file is older than audit.keep: removed");
            }
            for (; gone < aged + crowded; gone++) {
                remove(files.get(gone));
                LOG.atWarn().addKeyValue("file", files.get(gone).path()).log("an audit file is removed before its time,"
                    + " for want of room below audit.dir-max: allow more, or keep copies of closed files elsewhere");
            }
        } catch (IOException e) {
            LOG.atError().setCause(e).log("an old audit file cannot be removed");
        }
        if (gone > 0 && aged > 0) {
            said.add(event(AuditResult.OK, 0, Math.min(gone, aged), "they are older than audit.keep"));
        }
        if (gone > aged) {
            said.add(event(AuditResult.BROKEN, aged, gone, "for want of room below audit.dir-max, before their time"));
        }
        return said;
    }

    private static void remove(AuditFile file) throws IOException {
        Files.deleteIfExists(file.path());
        String torn = file.path().getFileName() + ".torn-";
        try (DirectoryStream<Path> parts = Files.newDirectoryStream(file.path().resolveSibling(""),
            path -> path.getFileName().toString().startsWith(torn))) {
            for (Path part : parts) {
                Files.deleteIfExists(part);
            }
        }
    }

    private AuditEvent event(AuditResult result, int from, int to, String why) {
        return new AuditEvent(AuditAction.AUDIT, result, AuditActor.unknown("", "")).because("lines "
            + files.get(from).first() + " to " + (files.get(to).first() - 1) + " were removed with their files: "
            + why);
    }
}
