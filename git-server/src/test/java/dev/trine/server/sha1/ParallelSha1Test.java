package dev.trine.server.sha1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.eclipse.jgit.util.sha1.SHA1;
import org.eclipse.jgit.util.sha1.Sha1CollisionException;
import org.junit.jupiter.api.Test;

class ParallelSha1Test {
    private static final byte[] NO_HEAD = new byte[0];
    private static final int BLOCK_BYTES = 64;
    /** The common beginning of both files of Stevens et al., "The first collision for full SHA-1", 2017. */
    private static final byte[] SHATTERED_PREFIX = HexFormat.of().parseHex(
        "255044462d312e330a25e2e3cfd30a0a0a312030206f626a0a3c3c2f5769647468203220302052"
            + "2f4865696768742033203020522f547970652034203020522f537562747970652035203020522f"
            + "46696c7465722036203020522f436f6c6f7253706163652037203020522f4c656e677468203820"
            + "3020522f42697473506572436f6d706f6e656e7420383e3e0a73747265616d0affd8fffe002453"
            + "48412d3120697320646561642121212121852fec092339759c39b1a1c63c4c97e1fffe01");
    private static final byte[] ONE = HexFormat.of().parseHex(
        "7346dc9166b67e118f029ab621b2560ff9ca67cca8c7f85ba84c79030c2b3de218f86db3a90901d5df45c14f26fedfb3dc38e96ac22f"
            + "e7bd728f0e45bce046d23c570feb141398bb552ef5a0a82be331fea48037b8b5d71f0e332edf93ac3500eb4ddc0decc1a864790c"
            + "782c76215660dd309791d06bd0af3f98cda4bc4629b1");
    private static final byte[] OTHER = HexFormat.of().parseHex(
        "7f46dc93a6b67e013b029aaa1db2560b45ca67d688c7f84b8c4c791fe02b3df614f86db1690901c56b45c1530afedfb76038e972722f"
            + "e7ad728f0e4904e046c230570fe9d41398abe12ef5bc942be33542a4802d98b5d70f2a332ec37fac3514e74ddc0f2cc1a874cd0c"
            + "78305a21566461309789606bd0bf3f98cda8044629a1");

    private final ParallelSha1<byte[]> sha1 = new ParallelSha1<>();

    private static byte[] shattered(byte[] nearCollision) {
        return ByteBuffer.allocate(SHATTERED_PREFIX.length + nearCollision.length).put(SHATTERED_PREFIX)
            .put(nearCollision).array();
    }

    private static byte[] random(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private List<ParallelSha1.Finished<byte[]>> runAll() {
        List<ParallelSha1.Finished<byte[]>> all = new ArrayList<>();
        while (sha1.running() > 0) {
            sha1.step();
            sha1.poll().ifPresent(all::add);
        }
        for (var next = sha1.poll(); next.isPresent(); next = sha1.poll()) {
            all.add(next.get());
        }
        return all;
    }

    private static byte[] digestWithDetection(byte[] message) {
        SHA1 oracle = SHA1.newInstance().setDetectCollision(true);
        oracle.update(message);
        return oracle.digest();
    }

    @Test
    void digestsAreThoseOfJGitWhateverTheLengthAndHoweverTheMessageLies() {
        Random random = new Random(42);
        List<ParallelSha1.Finished<byte[]>> finished = new ArrayList<>();
        long blocks = 0;
        for (int i = 0; i < 3_000; i++) {
            byte[] message = random(random, i < 300 ? i : random.nextInt(1_000));
            int headBytes = random.nextInt(Math.min(message.length, 150) + 1);
            ByteBuffer body = random.nextBoolean() ? ByteBuffer.allocate(message.length + 7)
                : ByteBuffer.allocateDirect(message.length + 7);
            body.position(5).put(message, headBytes, message.length - headBytes).flip().position(5);
            while (sha1.running() == ParallelSha1.MESSAGES_MAX) {
                sha1.step();
                for (var next = sha1.poll(); next.isPresent(); next = sha1.poll()) {
                    finished.add(next.get());
                }
            }
            sha1.add(Arrays.copyOf(message, headBytes), body, message);
            assertThat(body.position()).isEqualTo(5);
            blocks += message.length / BLOCK_BYTES + 1;
        }
        finished.addAll(runAll());
        assertThat(finished).hasSize(3_000).allSatisfy(one -> {
            assertThat(one.digest()).isEqualTo(digestWithDetection(one.what()));
            assertThat(one.collision()).isFalse();
        });
        // By the number of their conditions, a twentieth of random blocks is under suspicion, and cleared.
        assertThat(sha1.recomputed()).isBetween(blocks / 40, blocks / 10);
    }

    @Test
    void bothMessagesOfAPublishedCollisionAreDetectedInEveryLane() {
        byte[] harmless = random(new Random(7), 5 * BLOCK_BYTES);
        for (int lane = 0; lane < ParallelSha1.MESSAGES_MAX; lane++) {
            for (byte[] crafted : List.of(shattered(ONE), shattered(OTHER))) {
                for (int i = 0; i < ParallelSha1.MESSAGES_MAX; i++) {
                    byte[] message = i == lane ? crafted : harmless;
                    sha1.add(NO_HEAD, ByteBuffer.wrap(message), message);
                }
                assertThat(runAll()).hasSize(ParallelSha1.MESSAGES_MAX)
                    .allSatisfy(one -> assertThat(one.collision()).isEqualTo(one.what() == crafted));
            }
        }
    }

    @Test
    void aCollisionIsDetectedHoweverTheMessageGoesOn() {
        for (int more : new int[] {0, 1, 55, 56, 64, 1000}) {
            for (byte[] nearCollision : List.of(ONE, OTHER)) {
                byte[] message = Arrays.copyOf(shattered(nearCollision), 320 + more);
                assertThatThrownBy(() -> digestWithDetection(message)).isInstanceOf(Sha1CollisionException.class);
                sha1.add(Arrays.copyOf(message, 17), ByteBuffer.wrap(message, 17, message.length - 17), message);
                assertThat(runAll()).singleElement().satisfies(one -> assertThat(one.collision()).isTrue());
            }
        }
        byte[] message = shattered(ONE);
        message[200] ^= 1;
        sha1.add(NO_HEAD, ByteBuffer.wrap(message), message);
        assertThat(runAll()).singleElement().satisfies(one -> assertThat(one.collision()).isFalse());
    }

    @Test
    void messagesThatAreGivenUpComeBackAndTheirLanesAreFree() {
        byte[] one = random(new Random(1), 100);
        byte[] two = random(new Random(2), 1000);
        sha1.add(NO_HEAD, ByteBuffer.wrap(one), one);
        sha1.step();
        sha1.add(NO_HEAD, ByteBuffer.wrap(two), two);
        assertThat(sha1.abandon()).containsExactly(one, two);
        assertThat(sha1.running()).isZero();
        sha1.add(NO_HEAD, ByteBuffer.wrap(two), two);
        assertThat(runAll()).singleElement()
            .satisfies(last -> assertThat(last.digest()).isEqualTo(digestWithDetection(two)));
    }
}
