package dev.trine.server;

import dev.trine.server.store.FatalHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the process at once, without shutting anything down: what the disk holds is unknown, so nothing more may be
 * written to it or said about it. A restart reads it anew.
 */
final class ProcessHalt implements FatalHandler {
    /** Exit status, EX_IOERR of sysexits.h. */
    static final int EXIT_STATUS = 74;
    private static final Logger LOG = LoggerFactory.getLogger(ProcessHalt.class);

    @Override
    public void fatal(String fact, Throwable cause) {
        try {
            LOG.atError().setCause(cause).log("the process ends, its disk cannot be trusted: {}", fact);
        } finally {
            Runtime.getRuntime().halt(EXIT_STATUS);
        }
    }
}
