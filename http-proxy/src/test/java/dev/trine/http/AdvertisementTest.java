package dev.trine.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.relay.GitProgram;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdvertisementTest {
    private static final String VERSION_0 = "003f" + "a".repeat(40) + " HEAD\0 side-band\n0000";
    private static final String VERSION_2 = "000eversion 2\n000cls-refs\n0000";

    private static String sent(String text, int chunk) throws IOException {
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        try (OutputStream out = new Advertisement(sent, GitProgram.RECEIVE_PACK)) {
            byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
            for (int i = 0; i < bytes.length; i += chunk) {
                out.write(bytes, i, Math.min(chunk, bytes.length - i));
            }
        }
        return sent.toString(StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 13, 14, 1000})
    void versions0And1NameTheServiceFirst(int chunk) throws IOException {
        assertThat(sent(VERSION_0, chunk)).isEqualTo("001f# service=git-receive-pack\n0000" + VERSION_0);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 13, 1000})
    void version2DoesNot(int chunk) throws IOException {
        assertThat(sent(VERSION_2, chunk)).isEqualTo(VERSION_2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0000", "0008ERR "})
    void aShortOneIsSentWhole(String text) throws IOException {
        assertThat(sent(text, 100)).isEqualTo("001f# service=git-receive-pack\n0000" + text);
    }
}
