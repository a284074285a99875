package dev.trine.lab.sim;

import dev.trine.router.routing.Placement;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The metadata database's row of the repository: may be away, answer from a stale copy, be restored from a dump. */
final class Directory {
    private final FaultCounts faults;
    private final TreeMap<Long, Placement> written = new TreeMap<>();
    private long row;
    private boolean away;
    private boolean stale;

    Directory(FaultCounts faults, Placement first) {
        this.faults = faults;
        this.row = first.generation();
        written.put(row, first);
    }

    /** Where the row says that the repository lives; empty: no answer. */
    Optional<Placement> read() {
        if (away) {
            faults.happened(Fault.DIRECTORY_AWAY);
            return Optional.empty();
        }
        Map.Entry<Long, Placement> older = written.lowerEntry(row);
        if (stale && older != null) {
            faults.happened(Fault.DIRECTORY_STALE);
            return Optional.of(older.getValue());
        }
        return Optional.of(written.get(row));
    }

    /** Moves the row forward, never back. Returns whether the database answered. */
    boolean forward(Placement newer) {
        if (away) {
            faults.happened(Fault.DIRECTORY_AWAY);
            return false;
        }
        if (newer.generation() > row) {
            row = newer.generation();
            written.put(row, newer);
        }
        return true;
    }

    void goAway() {
        away = true;
    }

    void becomeStale() {
        stale = true;
    }

    /** An old dump is put back: the row of one generation ago. */
    void restore() {
        Map.Entry<Long, Placement> older = written.lowerEntry(row);
        if (older != null) {
            faults.happened(Fault.DIRECTORY_RESTORED);
            row = older.getKey();
        }
    }

    void comeBack() {
        away = false;
        stale = false;
    }
}
