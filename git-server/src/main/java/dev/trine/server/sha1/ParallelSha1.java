package dev.trine.server.sha1;

import static dev.trine.server.sha1.LaneArithmetic.LANES;
import static dev.trine.server.sha1.LaneArithmetic.START;
import static java.lang.Integer.rotateLeft;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Queue;

/**
 * SHA-1 with detection of collisions for many messages that are wholly there: up to {@value #MESSAGES_MAX} are under
 * way, each in a lane, and a {@link #step} takes a block of each. It costs the same however few there are. A message's
 * bytes must not change before it is finished. Used by one thread.
 *
 * @param <T> what comes back with the digest of a message
 */
public final class ParallelSha1<T> {
    /** How many messages can be under way. */
    public static final int MESSAGES_MAX = LANES;
    /** Length of a digest in bytes. */
    public static final int DIGEST_BYTES = 20;

    private static final int BLOCK_BYTES = 64;
    private static final int LENGTH_BYTES = 8;
    private static final int[] FIRST = {0xc3d2e1f0, 0x10325476, 0x98badcfe, 0xefcdab89, 0x67452301};
    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private final List<Message<T>> lanes = new ArrayList<>();
    private final Queue<Finished<T>> finished = new ArrayDeque<>();
    private int[] planes = new int[0]; // until the first step
    private final Suspicion suspicion = new Suspicion();
    private final byte[] assembled = new byte[BLOCK_BYTES];
    private int busy; // bit n: lane n has a message under way
    private int fresh; // bit n: lane n has a message of which no block was taken

    /**
     * A message with its digest.
     *
     * @param what      what was given with it
     * @param digest    its SHA-1
     * @param collision whether it was made to have the same digest as another message
     */
    public record Finished<T>(T what, byte[] digest, boolean collision) {
    }

    private static final class Message<T> {
        private final byte[] head;
        private final ByteBuffer body;
        private final T what;
        private final long bytes;
        private long next;
        private boolean collision;

        Message(byte[] head, ByteBuffer body, T what) {
            this.head = head;
            this.body = body;
            this.what = what;
            bytes = (long) head.length + body.remaining();
        }

        /** Bytes with padding and length. */
        long padded() {
            return (bytes + LENGTH_BYTES) / BLOCK_BYTES * BLOCK_BYTES + BLOCK_BYTES;
        }
    }

    /** How many messages are under way. */
    public int running() {
        return Integer.bitCount(busy);
    }

    /**
     * Begins a message of two parts; the buffer's position stays. Only when fewer than {@value #MESSAGES_MAX} are under
     * way.
     */
    public void add(byte[] head, ByteBuffer body, T what) {
        int lane = Integer.numberOfTrailingZeros(~busy);
        Message<T> message = new Message<>(head, body.slice(), what);
        if (lane < lanes.size()) {
            lanes.set(lane, message);
        } else {
            lanes.add(message);
        }
        busy |= 1 << lane;
        fresh |= 1 << lane;
    }

    private static boolean isRotated(int plane) {
        return plane < START - 1;
    }

    /** Takes a block of each message. */
    public void step() {
        if (planes.length == 0) {
            planes = LaneArithmetic.planes();
        }
        for (; fresh != 0; fresh &= fresh - 1) {
            start(Integer.numberOfTrailingZeros(fresh));
        }
        for (int left = busy; left != 0; left &= left - 1) {
            int lane = Integer.numberOfTrailingZeros(left);
            load(lanes.get(lane), lane);
        }
        LaneArithmetic.expand(planes);
        LaneArithmetic.compress(planes);
        LaneArithmetic.lookAtRelations(planes);
        for (int left = busy; left != 0; left &= left - 1) {
            int lane = Integer.numberOfTrailingZeros(left);
            int open = LaneArithmetic.open(planes, lane);
            if (open != 0) {
                lanes.get(lane).collision |= suspicion.isCollision(planes, lane, open);
            }
        }
        LaneArithmetic.feedForward(planes);
        for (int left = busy; left != 0; left &= left - 1) {
            int lane = Integer.numberOfTrailingZeros(left);
            advance(lanes.get(lane), lane);
        }
    }

    private void start(int lane) {
        for (int plane = 0; plane <= START; plane++) {
            planes[plane * LANES + lane] = isRotated(plane) ? rotateLeft(FIRST[plane], 2) : FIRST[plane];
        }
    }

    private void load(Message<T> message, int lane) {
        long inBody = message.next - message.head.length;
        if (inBody >= 0 && message.next + BLOCK_BYTES <= message.bytes && message.body.hasArray()) {
            load(message.body.array(), message.body.arrayOffset() + (int) inBody, lane);
        } else {
            assemble(message);
            load(assembled, 0, lane);
        }
    }

    private void load(byte[] bytes, int offset, int lane) {
        for (int t = 0; t < BLOCK_BYTES / Integer.BYTES; t++) {
            planes[(LaneArithmetic.WORDS + t) * LANES + lane] = (int) WORD.get(bytes, offset + t * Integer.BYTES);
        }
    }

    /** Puts a block together that is not all body, or whose body is no array. */
    private void assemble(Message<T> message) {
        Arrays.fill(assembled, (byte) 0);
        long from = message.next;
        int ofHead = (int) Math.clamp(message.head.length - from, 0, BLOCK_BYTES);
        if (ofHead > 0) {
            System.arraycopy(message.head, (int) from, assembled, 0, ofHead);
        }
        int all = (int) Math.clamp(message.bytes - from, 0, BLOCK_BYTES);
        if (all > ofHead) {
            message.body.get((int) (from + ofHead - message.head.length), assembled, ofHead, all - ofHead);
        }
        if (all < BLOCK_BYTES && from + all == message.bytes) {
            assembled[all] = (byte) 0x80;
        }
        if (from + BLOCK_BYTES == message.padded()) {
            ByteBuffer.wrap(assembled).putLong(BLOCK_BYTES - LENGTH_BYTES, message.bytes * Byte.SIZE);
        }
    }

    private void advance(Message<T> message, int lane) {
        message.next += BLOCK_BYTES;
        if (message.next == message.padded()) {
            ByteBuffer digest = ByteBuffer.allocate(DIGEST_BYTES);
            for (int plane = START; plane >= 0; plane--) {
                int word = planes[plane * LANES + lane];
                digest.putInt(isRotated(plane) ? rotateLeft(word, 30) : word);
            }
            finished.add(new Finished<>(message.what, digest.array(), message.collision));
            busy &= ~(1 << lane);
        }
    }

    /** A message that is finished, each once. */
    public Optional<Finished<T>> poll() {
        return Optional.ofNullable(finished.poll());
    }

    /** Gives up the messages that are under way; what was given with each. */
    public List<T> abandon() {
        List<T> left = new ArrayList<>();
        for (; busy != 0; busy &= busy - 1) {
            left.add(lanes.get(Integer.numberOfTrailingZeros(busy)).what);
        }
        fresh = 0;
        return left;
    }

    /** How many blocks had to be looked at closer so far; for tests. */
    long recomputed() {
        return suspicion.recomputed();
    }
}
