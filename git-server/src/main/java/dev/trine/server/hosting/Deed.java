package dev.trine.server.hosting;

import java.util.ArrayList;
import java.util.List;

/** What one call did, for the audit: its service notes it, the transport tells it at the end. Used by one thread. */
public final class Deed {
    /** How many refs are named. */
    public static final int REFS_MAX = 100;

    private final List<Ref> refs = new ArrayList<>();
    private Kind kind = Kind.NOTHING;
    private int refsChanged;
    private int refsRefused;
    private String why = "";

    /** What a call can do, the most last. */
    public enum Kind {
        /** Nothing that matters to anybody else. */
        NOTHING,
        /** Refs were listed. */
        LISTING,
        /** The client has to come again for its pack. */
        NEGOTIATION,
        /** A pack was sent to a client that has nothing. */
        CLONE,
        /** A pack was sent to a client that has something. */
        FETCH,
        /** Refs were changed, or were to be. */
        PUSH
    }

    /**
     * What became of one ref.
     *
     * @param name   full name
     * @param oldId  in hexadecimal; empty: it did not exist
     * @param newId  in hexadecimal; empty: it was to be deleted
     * @param result "ok", or why it was not changed
     */
    public record Ref(String name, String oldId, String newId, String result) {
        /** The result of a ref that was changed. */
        public static final String OK = "ok";
    }

    /** That was done; it counts if nothing greater was. */
    public void did(Kind done) {
        kind = done.compareTo(kind) > 0 ? done : kind;
    }

    /** A push came to an end for one ref. */
    public void changed(Ref ref) {
        did(Kind.PUSH);
        if (ref.result().equals(Ref.OK)) {
            refsChanged++;
        } else {
            refsRefused++;
        }
        if (refs.size() < REFS_MAX) {
            refs.add(ref);
        }
    }

    /** It ended with a fatal error. */
    public void failed(String sentence) {
        why = sentence;
    }

    /** Whether there is nothing to tell. */
    public boolean isEmpty() {
        return kind == Kind.NOTHING && why.isEmpty();
    }

    /** The greatest that was done. */
    public Kind kind() {
        return kind;
    }

    /** What became of refs, at most {@link #REFS_MAX} of them. */
    public List<Ref> refs() {
        return List.copyOf(refs);
    }

    /** How many refs were changed. */
    public int refsChanged() {
        return refsChanged;
    }

    /** How many refs were to be changed, and were not. */
    public int refsRefused() {
        return refsRefused;
    }

    /** Why it ended with a fatal error; empty: it did not. */
    public String why() {
        return why;
    }
}
