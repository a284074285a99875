package dev.trine.inspector.admin;

import dev.trine.common.audit.AuditFile;
import dev.trine.common.audit.Verification;
import dev.trine.inspector.cli.Column;
import dev.trine.inspector.cli.CommandFailure;
import dev.trine.inspector.cli.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** What services wrote down of who did what: read from their files, without asking anybody. */
@Command(name = "audit", description = "Search and verify the audit: who did what, from where, and what came of it.",
    footer = {"%nExamples:", "  trine audit list --repo team/app --action push --since 2d", "  trine audit verify"})
final class AuditCommand {
    private static final int CELL_CHARS_MAX = 80;
    private static final String WHERE = "Files, or directories that hold them, at whatever depth (default: the"
        + " directory of the cluster file).";
    private static final List<Column<JsonNode>> COLUMNS = List.of(column("TIME", "time"), column("ACTION", "action"),
        column("RESULT", "result"), column("ACTOR", "actor"), column("CREDENTIAL", "credential"),
        column("CLIENT", "client"), column("REPO", "repo"), new Column<>("WHAT", AuditCommand::what));

    private final Clusters clusters;
    private final Path workingDirectory;

    AuditCommand(Clusters clusters, Path workingDirectory) {
        this.clusters = clusters;
        this.workingDirectory = workingDirectory;
    }

    @Command(name = "list", description = {"List what was done, oldest first.",
        "Times are RFC 3339, days, or how long ago: 2026-11-22T08:00:00Z, 2026-11-22, 2h, 7d."},
        footer = {"%nExamples:", "  trine audit list --user alice --since 1d",
            "  trine audit list --action sign-in --result refused",
            "  trine audit list --repo team --action push -o json /var/lib/trine/audit"})
    void list(@Mixin Session session, @Mixin AuditFilter filter,
              @Option(names = "--limit", paramLabel = "N", defaultValue = "1000",
                  description = "At most so many, the newest, up to 100000 (default: 1000).") int limit,
              @Parameters(paramLabel = "FILE_OR_DIR", arity = "0..*", description = WHERE) List<Path> places) {
        AuditSearch search = new AuditSearch(filter.condition(), limit);
        for (Path place : chosen(session, places)) {
            files(place).forEach(search::read);
        }
        session.list(search.found(), COLUMNS);
        search.remarks().forEach(remark -> session.err().println("trine: " + remark));
        session.err().flush();
    }

    @Command(name = "verify", description = {"Say whether an audit is still as it was written.",
        "A line that was changed, taken out, put in or moved is found. Whether the newest lines were cut off cannot be"
            + " seen from the files: compare the number and hash of the last line with those that you noted before.",
        "The exit code is 0 when all holds, 4 when something does not."},
        footer = {"%nExamples:", "  trine audit verify", "  trine audit verify /var/lib/trine/audit -o json"})
    int verify(@Mixin Session session,
               @Parameters(paramLabel = "DIR", arity = "0..*", description = WHERE) List<Path> places) {
        List<AuditVerificationView> views = new ArrayList<>();
        for (Path place : chosen(session, places)) {
            directories(place).forEach(directory -> views.add(verified(directory)));
        }
        session.show(views, () -> views.forEach(view -> view.print(session.out())));
        return views.stream().allMatch(AuditVerificationView::holds) ? ExitCode.OK.number()
            : ExitCode.CONTRADICTED.number();
    }

    private List<Path> chosen(Session session, List<Path> places) {
        return places == null || places.isEmpty()
            ? List.of(Optional.ofNullable(clusters.file(session.cluster()).getParent()).orElse(Path.of("")))
            : places.stream().map(workingDirectory::resolve).toList();
    }

    private static List<Path> files(Path place) {
        if (Files.isRegularFile(place)) {
            return List.of(place);
        }
        List<Path> files = new ArrayList<>();
        for (Path directory : directories(place)) {
            try {
                AuditFile.in(directory).forEach(file -> files.add(file.path()));
            } catch (IOException e) {
                throw unreadable(directory, e);
            }
        }
        return files;
    }

    private static List<Path> directories(Path top) {
        try {
            List<Path> found = AuditFile.directories(top);
            if (found.isEmpty()) {
                throw new CommandFailure("there is no audit in " + top + ": name the directory that a service's"
                    + " audit.dir is, or one above it");
            }
            return found;
        } catch (IOException e) {
            throw unreadable(top, e);
        }
    }

    private static AuditVerificationView verified(Path directory) {
        try {
            return AuditVerificationView.of(directory, Verification.of(directory));
        } catch (IOException e) {
            throw unreadable(directory, e);
        }
    }

    private static CommandFailure unreadable(Path place, IOException why) {
        return new CommandFailure(place + " cannot be read (" + why + "): name another directory, or read it as its"
            + " owner", why);
    }

    private static Column<JsonNode> column(String title, String field) {
        return new Column<>(title, line -> cut(line.path(field).asString("")));
    }

    /** Somebody who asks for a very long path is not to widen the table for all lines; JSON has it whole. */
    private static String cut(String text) {
        return text.length() > CELL_CHARS_MAX ? text.substring(0, CELL_CHARS_MAX) + "..." : text;
    }

    /** What was changed, or why nothing was. */
    private static String what(JsonNode line) {
        List<String> words = new ArrayList<>();
        line.path("details").properties().forEach(detail -> words.add(detail.getKey() + "=" + detail.getValue()
            .asString("")));
        line.path("refs").forEach(ref -> words.add(ref.path("ref").asString("") + " " + ref.path("result")
            .asString("")));
        if (line.has("refs_more")) {
            words.add("and " + line.path("refs_more").asLong() + " more");
        }
        words.add(line.path("why").asString(""));
        return String.join(" ", words).strip();
    }
}
