package dev.trine.server.pkt;

import java.io.IOException;

/** The client's stream broke: nobody is left to be told anything. */
public final class ClientGoneException extends IOException {
    private static final long serialVersionUID = 1L;

    ClientGoneException(IOException cause) {
        super(cause.getMessage(), cause);
    }
}
