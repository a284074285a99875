package dev.trine.inspector.admin;

import dev.trine.common.audit.AuditAction;
import dev.trine.common.audit.AuditResult;
import dev.trine.common.config.Durations;
import dev.trine.inspector.cli.CommandFailure;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;
import tools.jackson.databind.JsonNode;

/** The options that choose among the lines of an audit; a line is shown if all that are given fit. */
final class AuditFilter {
    @Option(names = "--user", paramLabel = "NAME", defaultValue = Option.NULL_VALUE,
        description = "Done by this user, or by the credential of that name.")
    private Optional<String> user = Optional.empty();

    @Option(names = "--repo", paramLabel = "PATH", defaultValue = Option.NULL_VALUE,
        description = "At this repository, or at those of this group; an id is possible, too.")
    private Optional<String> repo = Optional.empty();

    @Option(names = "--action", paramLabel = "ACTION", defaultValue = Option.NULL_VALUE,
        description = "sign-in, list-refs, clone, fetch, negotiate, push, download, command, admin or audit.")
    private Optional<String> action = Optional.empty();

    @Option(names = "--result", paramLabel = "RESULT", defaultValue = Option.NULL_VALUE,
        description = "ok, refused or broken.")
    private Optional<String> result = Optional.empty();

    @Option(names = "--request", paramLabel = "ID", defaultValue = Option.NULL_VALUE,
        description = "Of the request that a user was told the id of.")
    private Optional<String> request = Optional.empty();

    @Option(names = "--since", paramLabel = "TIME", converter = Time.class, defaultValue = Option.NULL_VALUE,
        description = "Not before this time.")
    private Optional<Instant> since = Optional.empty();

    @Option(names = "--until", paramLabel = "TIME", converter = Time.class, defaultValue = Option.NULL_VALUE,
        description = "Before this time.")
    private Optional<Instant> until = Optional.empty();

    /** Whether a line is to be shown. A word that no line has is a mistake, and not an answer that nothing was done. */
    Predicate<JsonNode> condition() {
        require("--action", action, Stream.of(AuditAction.values()).map(AuditAction::word).toList());
        require("--result", result, Stream.of(AuditResult.values()).map(AuditResult::word).toList());
        return line -> user.filter(name -> !is(line, "actor", name) && !is(line, "credential", name)).isEmpty()
            && repo.filter(path -> !at(line, path)).isEmpty()
            && action.filter(word -> !is(line, "action", word)).isEmpty()
            && result.filter(word -> !is(line, "result", word)).isEmpty()
            && request.filter(id -> !is(line, "request", id)).isEmpty()
            && since.filter(time -> AuditSearch.time(line).isBefore(time)).isEmpty()
            && until.filter(time -> !AuditSearch.time(line).isBefore(time)).isEmpty();
    }

    private static void require(String option, Optional<String> word, List<String> known) {
        word.filter(given -> !known.contains(given)).ifPresent(given -> {
            throw new CommandFailure("'" + given + "' is no " + option + ": choose among " + String.join(", ", known));
        });
    }

    private static boolean is(JsonNode line, String field, String value) {
        return line.path(field).asString("").equals(value);
    }

    private static boolean at(JsonNode line, String wanted) {
        String path = plain(line.path("repo").asString(""));
        return is(line, "repo_id", wanted) || path.equals(plain(wanted)) || path.startsWith(plain(wanted) + "/");
    }

    /** A path as it is stored: what was refused stands there as it was asked for. */
    private static String plain(String path) {
        return path.replaceFirst("^/+", "").replaceFirst("(\\.git)?/*$", "");
    }

    /** Reads a time. */
    static final class Time implements ITypeConverter<Instant> {
        @Override
        public Instant convert(String text) {
            try {
                return text.contains("T") ? Instant.parse(text) : text.contains("-")
                    ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                    : Instant.now().minus(Durations.parse(text));
            } catch (DateTimeException | IllegalArgumentException e) {
                throw new TypeConversionException("'" + text + "' is not a time, write for example"
                    + " 2026-11-22T08:00:00Z, 2026-11-22 or 2h");
            }
        }
    }
}
