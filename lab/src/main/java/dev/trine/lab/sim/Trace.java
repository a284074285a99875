package dev.trine.lab.sim;

import dev.trine.common.model.Position;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** What happened in a run, for people: the last part of it, or all of it as it happens. Put into words only if read. */
final class Trace {
    private static final int KEPT_MAX = 400;
    private static final long MIX = 0x9e3779b97f4a7c15L;

    private final Timeline timeline;
    private final Consumer<String> listener;
    private final boolean listened;
    private final Deque<Note> notes = new ArrayDeque<>();
    private long fingerprint;

    private Trace(Timeline timeline, Consumer<String> listener, boolean listened) {
        this.timeline = timeline;
        this.listener = listener;
        this.listened = listened;
    }

    /** Keeps the end only, for the report of a failure. */
    static Trace ofEnd(Timeline timeline) {
        return new Trace(timeline, line -> { }, false);
    }

    /** Tells every line at once. */
    static Trace of(Timeline timeline, Consumer<String> listener) {
        return new Trace(timeline, listener, true);
    }

    void note(Object... what) {
        Note note = new Note(timeline.now(), what);
        if (listened) {
            listener.accept(note.toString());
        }
        notes.addLast(note);
        if (notes.size() > KEPT_MAX) {
            notes.removeFirst();
        }
    }

    /** Something durable happened: two runs of one seed must agree on all of it. */
    void mark(int where, Position last, Position committed, long counter) {
        long mixed = fingerprint ^ timeline.now() ^ (long) where << 56 ^ last.version() << 40
            ^ committed.version() << 24 ^ last.epoch().counter() << 12 ^ counter ^ timeline.steps() << 8;
        fingerprint = Long.rotateLeft(mixed * MIX, 31) * MIX;
    }

    /** Of everything durable in its order and at its time; equal for two runs of one seed. */
    long fingerprint() {
        return fingerprint;
    }

    /** The last lines. */
    String end() {
        return notes.stream().map(Note::toString).collect(Collectors.joining(System.lineSeparator()));
    }

    private record Note(long at, Object[] what) {
        @Override
        public String toString() {
            return at + " " + Arrays.stream(what).map(String::valueOf).collect(Collectors.joining(" "));
        }
    }
}
