package dev.trine.server.pkt;

import java.io.IOException;
import java.util.Set;

/**
 * Progress on the side-band, in Git's form, and the place where work stops when the client has gone. A client that
 * wants no progress gets empty packets instead, at the same pace.
 */
public final class SideBandProgress extends GitProgress {
    private final SideBand band;
    private final Audience audience;
    private final Set<String> silent;

    /**
     * Progress for that audience.
     *
     * @param silent tasks during which nothing is sent: those that the client itself shows the progress of
     */
    public SideBandProgress(SideBand band, Audience audience, Set<String> silent) {
        this.band = band;
        this.audience = audience;
        this.silent = silent;
    }

    @Override
    protected void show(String task, String text) throws IOException {
        if (silent.contains(task)) {
            return;
        }
        switch (audience) {
            case USER -> band.message(text);
            case NOBODY -> band.keepAlive();
        }
    }

    @Override
    protected void probe() throws IOException {
        band.probe();
    }

    /** Who reads the progress. */
    public enum Audience {
        /** The user at the client's terminal. */
        USER,
        /** Nobody: the client is quiet. */
        NOBODY
    }
}
