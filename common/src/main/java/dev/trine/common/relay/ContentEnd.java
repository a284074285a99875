package dev.trine.common.relay;

import dev.trine.proto.ContentHead;
import java.io.IOException;
import java.io.OutputStream;

/** The client's end of a request for content. Its owner bounds how long the stream blocks, and closes it. */
public interface ContentEnd {
    /** Called once, when a node has said what becomes of the request: where its bytes go, if there are any. */
    OutputStream accept(ContentHead head, Route route) throws IOException;
}
