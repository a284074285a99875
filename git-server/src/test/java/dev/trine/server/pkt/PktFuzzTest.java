package dev.trine.server.pkt;

import static dev.trine.common.fuzz.Hostile.SEED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.fuzz.Hostile;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever a client sends, it is packets, or told that it is none, within the bytes that one request may have. */
class PktFuzzTest {
    private static final int REQUEST_BYTES_MAX = 20;
    private static final int HEADER_BYTES = 4;

    @Provide
    Arbitrary<byte[]> streams() {
        Arbitrary<byte[]> made = Hostile.text("0000", "0001", "0002", "0003", "0004", "0005a", "0009want ", "fff0",
            "ffff",
            "000g", "0x10", "-001", "+004", "0008ab\n\n", "001farg").map(text -> text.getBytes(StandardCharsets.UTF_8));
        return Arbitraries.oneOf(made, Hostile.bytes());
    }

    @Property(tries = 5000, seed = SEED)
    void aStreamIsPacketsOrRefused(@ForAll("streams") byte[] stream) {
        ByteArrayInputStream in = new ByteArrayInputStream(stream);
        Hostile.bounded(() -> {
            PktReader reader = new PktReader(in, REQUEST_BYTES_MAX, "the.setting", RequestMemory.in(0));
            try {
                Pkt pkt = reader.next();
                while (pkt != Pkt.Mark.END_OF_INPUT) {
                    pkt = reader.next();
                }
                assertThat(in.available()).isZero();
            } catch (ProtocolErrorException refused) {
                assertThat(refused.getMessage()).isNotEmpty();
            }
            return true;
        });
        assertThat(stream.length - in.available()).as("what was read").isLessThanOrEqualTo(
            REQUEST_BYTES_MAX + HEADER_BYTES);
    }

    @Provide
    Arbitrary<List<String>> lines() {
        return Hostile.text("want ", "0000", "x\n").filter(text -> !text.endsWith("\n")).list().ofMaxSize(5);
    }

    @Property(tries = 500, seed = SEED)
    void whatIsWrittenIsReadAgain(@ForAll("lines") List<String> lines) throws IOException, ProtocolErrorException {
        Assume.that(lines.stream().allMatch(line ->
            StandardCharsets.UTF_8.newEncoder().canEncode(line)));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PktWriter writer = new PktWriter(out);
        for (String line : lines) {
            writer.line(line);
        }
        writer.flush();
        PktReader reader = new PktReader(new ByteArrayInputStream(out.toByteArray()), 1 << 20, "the.setting",
            RequestMemory.in(0));
        for (String line : lines) {
            assertThat(((Pkt.Line) reader.next()).text()).isEqualTo(line);
        }
        assertThat(reader.next()).isEqualTo(Pkt.Mark.FLUSH);
        assertThat(reader.next()).isEqualTo(Pkt.Mark.END_OF_INPUT);
    }
}
