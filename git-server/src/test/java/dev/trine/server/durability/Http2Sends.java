package dev.trine.server.durability;

import dev.trine.server.durability.DiskTrace.Event;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Finds the gRPC messages in what a process hands to its sockets: HTTP/2 without TLS, one way. */
final class Http2Sends {
    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int FRAME_HEAD = 9;
    private static final int MESSAGE_HEAD = 5;
    private static final int DATA = 0;
    private static final int SETTINGS = 4;

    private final Map<Integer, List<byte[]>> found = new HashMap<>();
    private final Map<Integer, Connection> connections = new HashMap<>();

    private Http2Sends() {
    }

    /** The messages, by the number of the event from which on their last byte may have left. */
    static Map<Integer, List<byte[]>> find(List<Event> events) {
        Http2Sends sends = new Http2Sends();
        for (int i = 0; i < events.size(); i++) {
            sends.take(i, events.get(i));
        }
        return sends.found;
    }

    private void take(int number, Event event) {
        switch (event) {
            case Event.Run run -> connections.clear();
            case Event.Close close -> connections.remove(close.fd());
            case Event.Send send ->
                connections.computeIfAbsent(send.fd(), fd -> new Connection()).offer(number, send.bytes());
            case Event.Sent sent -> connections.computeIfPresent(sent.fd(), (fd, connection) -> {
                connection.sent(sent.count());
                return connection;
            }); // not there: another thread has closed it meanwhile
            case Event.Open file -> connections.remove(file.fd());
            default -> { }
        }
    }

    /** One way of one connection. */
    private final class Connection {
        private final Map<Integer, ByteArrayOutputStream> streams = new HashMap<>();
        private byte[] offered = new byte[0];
        private int offeredAt;
        private byte[] rest = new byte[0];
        private boolean begun;
        private boolean foreign;

        void offer(int number, byte[] bytes) {
            offeredAt = offered.length == 0 ? number : offeredAt;
            offered = join(offered, bytes);
        }

        void sent(long count) {
            // what was offered and not taken is offered again; a message counts from the offer that took its end
            if (count > 0 && !foreign) {
                rest = join(rest, Arrays.copyOf(offered, Math.toIntExact(count)));
                frames();
            }
            offered = new byte[0];
        }

        private void frames() {
            if (!begun && rest.length >= PREFACE.length) {
                begun = true;
                if (Arrays.equals(PREFACE, Arrays.copyOf(rest, PREFACE.length))) {
                    rest = Arrays.copyOfRange(rest, PREFACE.length, rest.length);
                } else {
                    foreign = rest[3] != SETTINGS;
                }
            }
            int at = 0;
            while (begun && !foreign && rest.length - at >= FRAME_HEAD) {
                ByteBuffer head = ByteBuffer.wrap(rest, at, FRAME_HEAD);
                int lengthAndType = head.getInt();
                int length = lengthAndType >>> 8;
                if (rest.length - at - FRAME_HEAD < length) {
                    break;
                }
                head.get();
                if ((lengthAndType & 0xff) == DATA) {
                    data(head.getInt(), rest, at + FRAME_HEAD, length);
                }
                at += FRAME_HEAD + length;
            }
            rest = Arrays.copyOfRange(rest, at, rest.length);
        }

        private void data(int stream, byte[] from, int at, int length) {
            ByteArrayOutputStream buffer = streams.computeIfAbsent(stream, each -> new ByteArrayOutputStream());
            buffer.write(from, at, length);
            byte[] bytes = buffer.toByteArray();
            int next = 0;
            while (bytes.length - next >= MESSAGE_HEAD) {
                int size = ByteBuffer.wrap(bytes, next + 1, 4).getInt();
                if (bytes.length - next - MESSAGE_HEAD < size) {
                    break;
                }
                found.computeIfAbsent(offeredAt, each -> new ArrayList<>())
                    .add(Arrays.copyOfRange(bytes, next + MESSAGE_HEAD, next + MESSAGE_HEAD + size));
                next += MESSAGE_HEAD + size;
            }
            buffer.reset();
            buffer.write(bytes, next, bytes.length - next);
        }
    }

    private static byte[] join(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
