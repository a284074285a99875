package dev.trine.lab.history;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** What a client did, as far as it says something about the refs. Keys are full names of refs. */
public sealed interface Action {
    /** The refs concerned. */
    Set<String> refs();

    /** All these changes together, each from the value that its ref held at that moment. */
    record Push(Map<String, Change> changes) implements Action {
        public Push {
            changes = Map.copyOf(changes);
        }

        @Override
        public Set<String> refs() {
            return changes.keySet();
        }

        @Override
        public String toString() {
            return "push " + new TreeMap<>(changes);
        }
    }

    /** A push was rejected: at one moment not all of these refs held what was expected of them. */
    record Rejected(Map<String, Optional<String>> expected) implements Action {
        public Rejected {
            expected = Map.copyOf(expected);
        }

        @Override
        public Set<String> refs() {
            return expected.keySet();
        }

        @Override
        public String toString() {
            return "rejected, not all were " + shown(expected);
        }
    }

    /** At one moment the refs held exactly that; empty: did not exist. */
    record Read(Map<String, Optional<String>> seen) implements Action {
        public Read {
            seen = Map.copyOf(seen);
        }

        @Override
        public Set<String> refs() {
            return seen.keySet();
        }

        @Override
        public String toString() {
            return "read " + shown(seen);
        }
    }

    private static Map<String, String> shown(Map<String, Optional<String>> values) {
        Map<String, String> shown = new TreeMap<>();
        values.forEach((ref, value) -> shown.put(ref, value.orElse("-")));
        return shown;
    }
}
