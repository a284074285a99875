package dev.trine.common.relay;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;

/**
 * The client's end of an exchange. Its owner bounds how long its streams block and closes them; a blocked read ends
 * when its thread is interrupted.
 */
public interface ClientEnd {
    /** The client's bytes; its end is passed on to the node. */
    InputStream in();

    /** Called once, when a node serves the exchange, before the first byte is written: where the answer goes. */
    OutputStream accept(Route route) throws IOException;

    /** Where text for the user's terminal goes, beside the pack protocol. */
    OutputStream messages();

    /** How long to go on reading, and throwing away, what the client sends after the node has said all. */
    Duration drainMax();
}
