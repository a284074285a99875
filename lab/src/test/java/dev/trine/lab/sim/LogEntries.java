package dev.trine.lab.sim;

import dev.trine.common.model.PushId;
import dev.trine.server.replication.LogEntry;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Views of log entries that tests share. */
final class LogEntries {
    private LogEntries() {
    }

    static Set<PushId> ids(List<LogEntry.Push> pushes) {
        return pushes.stream().map(LogEntry.Push::pushId).collect(Collectors.toSet());
    }
}
