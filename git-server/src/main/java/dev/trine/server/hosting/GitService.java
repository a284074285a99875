package dev.trine.server.hosting;

import java.io.IOException;

/** One of Git's two server programs, upload-pack or receive-pack. Called by many threads, one per call. */
public interface GitService {
    /**
     * Serves one call to its end, reading and writing its streams, and blocking on them.
     *
     * @throws IOException the streams broke (the client went away), or the disk failed
     */
    Served serve(GitCall call) throws IOException;

    /** How a call ended. */
    sealed interface Served {
        /**
         * It was served; what there was to say is in the streams.
         *
         * @param code exit status that Git's own program would have: 0 served, 128 a fatal error that was told
         */
        record Exit(int code) implements Served {
            /** Served. */
            public static final Exit OK = new Exit(0);
            /** Ended by a fatal error, which the client has been told. */
            public static final Exit FATAL = new Exit(128);
        }

        /** It was not served, and not a byte was written. */
        record Refused(Refusal why) implements Served {
        }
    }
}
