package dev.trine.lab.history;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes down what clients do, in the order in which it happens in this process. Any thread may call; a client begins
 * before it sends its request and ends when it has the answer.
 */
public final class Ledger {
    private final List<Entry> entries = new ArrayList<>();
    private long moment;

    /** A push begins. As long as nothing is said of its end its outcome is unknown. */
    public Pushing push(String client, Map<String, Change> changes) {
        return new Pushing(begin(client, Optional.of(new Action.Push(changes))));
    }

    /** A read begins. Without an end it says nothing. */
    public Reading read(String client) {
        return new Reading(begin(client, Optional.empty()));
    }

    /** Everything that says something about the refs, in order of start. */
    public synchronized List<Operation> operations() {
        List<Operation> operations = new ArrayList<>();
        for (Entry entry : entries) {
            entry.action.ifPresent(action ->
                operations.add(new Operation(entry.client, action, entry.start, entry.end)));
        }
        return operations;
    }

    private synchronized Entry begin(String client, Optional<Action> action) {
        Entry entry = new Entry(client, ++moment, action);
        entries.add(entry);
        return entry;
    }

    private synchronized void end(Entry entry, Optional<Action> action) {
        if (entry.end != Operation.NEVER) {
            throw new IllegalStateException("an operation ends once: " + entry.client + " " + entry.action);
        }
        entry.end = ++moment;
        entry.action = action;
    }

    /** A push that has begun. */
    public final class Pushing {
        private final Entry entry;

        private Pushing(Entry entry) {
            this.entry = entry;
        }

        /** It was acknowledged. */
        public void committed() {
            end(entry, entry.action);
        }

        /** It was rejected because of these refs' old values: at least one was another. */
        public void rejected(Map<String, Optional<String>> expected) {
            end(entry, Optional.of(new Action.Rejected(expected)));
        }

        /** It was rejected because of any of its refs' old values. */
        public void rejected() {
            Map<String, Optional<String>> expected = new HashMap<>();
            if (entry.action.orElseThrow() instanceof Action.Push push) {
                push.changes().forEach((ref, change) -> expected.put(ref, change.before()));
            }
            rejected(expected);
        }

        /** It never took and never takes effect, for a reason that says nothing about the refs. */
        public void withoutEffect() {
            end(entry, Optional.empty());
        }
    }

    /** A read that has begun. */
    public final class Reading {
        private final Entry entry;

        private Reading(Entry entry) {
            this.entry = entry;
        }

        /** What all the refs held that the client asked for; empty: does not exist. */
        public void saw(Map<String, Optional<String>> seen) {
            end(entry, Optional.of(new Action.Read(seen)));
        }
    }

    /** One operation as far as it has come. */
    private static final class Entry {
        private final String client;
        private final long start;
        private Optional<Action> action;
        private long end = Operation.NEVER;

        Entry(String client, long start, Optional<Action> action) {
            this.client = client;
            this.start = start;
            this.action = action;
        }
    }
}
