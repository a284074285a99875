package dev.trine.inspector.admin;

import dev.trine.inspector.cli.CommandFailure;
import dev.trine.proto.Right;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What a new key or token is to allow at most. */
final class RightsOption {
    private static final String EVERYWHERE = "*";

    @Option(names = "--on", paramLabel = "PATH", description = "Only on this group or repository; may be repeated.")
    private List<String> paths = new ArrayList<>();

    @Option(names = "--role", paramLabel = "ROLE", defaultValue = Option.NULL_VALUE,
        description = "At most that: one of ${COMPLETION-CANDIDATES} (default: read with --on, else no limit).")
    private Optional<GrantRoleName> role = Optional.empty();

    /** None: no limit. */
    List<Right> rights() {
        if (paths.isEmpty() && role.isEmpty()) {
            return List.of();
        }
        return (paths.isEmpty() ? List.of(EVERYWHERE) : paths).stream().map(path -> Right.newBuilder().setPath(path)
            .setRole(role.orElse(GrantRoleName.READ).role()).build()).toList();
    }

    /** Those of a deploy key, each for so long. */
    List<Right> bounded(Optional<LifeTime> life, Clock clock) {
        if (paths.isEmpty()) {
            throw new CommandFailure("a deploy key needs the paths that it is for: name them with --on");
        }
        long end = life.map(time -> clock.instant().plus(time.duration()).toEpochMilli()).orElse(0L);
        return rights().stream().map(right -> right.toBuilder().setExpiresMs(end).build()).toList();
    }

    /** Rights as they are shown. */
    static List<String> shown(List<Right> rights) {
        return rights.stream().map(right -> GrantRoleName.of(right.getRole()) + " " + right.getPath()
            + (right.getExpiresMs() == 0 ? "" : " until " + Instant.ofEpochMilli(right.getExpiresMs())))
            .toList();
    }
}
