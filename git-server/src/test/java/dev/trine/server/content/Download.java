package dev.trine.server.content;

import java.io.ByteArrayOutputStream;
import java.util.Optional;

/** What a client was told and sent. */
final class Download implements ContentClient {
    private final ByteArrayOutputStream data = new ByteArrayOutputStream();
    private Optional<Head> head = Optional.empty();

    @Override
    public void head(Head told) {
        if (head.isPresent()) {
            throw new AssertionError("a second head: " + told);
        }
        head = Optional.of(told);
    }

    @Override
    public void data(byte[] bytes, int offset, int length) {
        if (head.isEmpty()) {
            throw new AssertionError("bytes before the head");
        }
        data.write(bytes, offset, length);
    }

    @Override
    public void requireThere() {
        // it stays
    }

    Head head() {
        return head.orElseThrow();
    }

    Head.Found found() {
        return (Head.Found) head();
    }

    byte[] bytes() {
        return data.toByteArray();
    }
}
