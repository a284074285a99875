package dev.trine.deploy.bench;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** Pkt-lines (gitprotocol-common(5)) of a client that believes what it gets. */
final class PktLines {
    /** Ends a message. */
    static final byte[] FLUSH = "0000".getBytes(StandardCharsets.US_ASCII);
    /** Ends a section of a message. */
    static final byte[] DELIMITER = "0001".getBytes(StandardCharsets.US_ASCII);
    private static final int LENGTH_DIGITS = 4;
    private static final int SHOWN_MAX = 500;
    private static final int BAND_PACK = 1;
    private static final int BAND_ERROR = 3;

    private PktLines() {
    }

    static byte[] line(String text) {
        byte[] content = text.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream line = new ByteArrayOutputStream(LENGTH_DIGITS + content.length);
        line.writeBytes(String.format(Locale.ROOT, "%04x", LENGTH_DIGITS + content.length)
            .getBytes(StandardCharsets.US_ASCII));
        line.writeBytes(content);
        return line.toByteArray();
    }

    /** Reads to the flush, and gives each line to somebody. Returns the bytes read. */
    static long readMessage(InputStream in, Taker taker) throws IOException {
        long bytes = 0;
        while (true) {
            int length = readLength(in);
            bytes += Math.max(length, LENGTH_DIGITS);
            if (length == 0) {
                return bytes;
            }
            if (length > LENGTH_DIGITS) {
                byte[] content = in.readNBytes(length - LENGTH_DIGITS);
                if (content.length < length - LENGTH_DIGITS) {
                    throw new EOFException("the answer ends within a line");
                }
                taker.take(content);
            }
        }
    }

    /** Takes one line. */
    interface Taker {
        void take(byte[] line) throws IOException;
    }

    /** Reads a ref list; adds the objects of the refs that are there. Returns the bytes read. */
    static long readRefs(InputStream in, List<String> objects) throws IOException {
        return readMessage(in, line -> {
            String text = text(line);
            if (text.startsWith("ERR ")) {
                throw new IOException("the server says: " + text.strip());
            }
            objects.add(text.substring(0, text.indexOf(' ')));
        });
    }

    /** Reads the answer to a fetch. Returns the bytes of the pack in it. */
    static long readPack(InputStream in) throws IOException {
        long[] bytes = {-1};
        readMessage(in, line -> {
            if (bytes[0] < 0) {
                String text = text(line);
                if (text.startsWith("ERR ")) {
                    throw new IOException("the server says: " + text.strip());
                }
                bytes[0] = text.equals("packfile\n") ? 0 : -1;
            } else if (line[0] == BAND_PACK) {
                if (bytes[0] == 0 && line.length > 1 && !text(line).startsWith("\u0001PACK")) {
                    throw new IOException("what comes is no pack but " + printable(line));
                }
                bytes[0] += line.length - 1;
            } else if (line[0] == BAND_ERROR) {
                throw new IOException("the server says: " + text(line).strip());
            }
        });
        if (bytes[0] <= 0) {
            throw new IOException("no pack came");
        }
        return bytes[0];
    }

    /** The beginning of an answer, for people. */
    static String printable(byte[] answer) {
        return new String(answer, 0, Math.min(answer.length, SHOWN_MAX), StandardCharsets.UTF_8)
            .replaceAll("\\p{Cntrl}+", " ").strip();
    }

    private static String text(byte[] line) {
        return new String(line, StandardCharsets.UTF_8);
    }

    private static int readLength(InputStream in) throws IOException {
        byte[] digits = in.readNBytes(LENGTH_DIGITS);
        if (digits.length < LENGTH_DIGITS) {
            throw new EOFException("the answer ends before its flush");
        }
        return Integer.parseInt(new String(digits, StandardCharsets.US_ASCII), 16);
    }
}
