package dev.trine.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.proto.ContentRange;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The headers of conditions, ranges and file names. */
class ContentHeadersTest {
    private static Optional<ContentRange> range(String header) {
        return RangeHeader.of(Optional.of(header));
    }

    @Test
    void oneRangeIsRead() {
        assertThat(range("bytes=0-9")).contains(ContentRange.newBuilder().setFirst(0).setLast(9).build());
        assertThat(range("Bytes=5-")).contains(ContentRange.newBuilder().setFirst(5).build());
        assertThat(range("bytes=-7")).contains(ContentRange.newBuilder().setSuffix(7).build());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "bytes=-", "bytes=9-0", "bytes=-0", "bytes=0-1,3-4", "lines=0-9", "bytes=a-b",
        "bytes=0-99999999999999999999", "bytes 0-9"})
    void whatIsNoRangeAsksForAll(String header) {
        assertThat(range(header)).isEmpty();
    }

    @Test
    void entityTagsLoseQuotesAndWeakness() {
        assertThat(EntityTags.ofIfNoneMatch(Optional.of("\"a\", W/\"b,c\" , nonsense, \"\"")))
            .containsExactly("a", "b,c");
        assertThat(EntityTags.ofIfNoneMatch(Optional.of(" * "))).containsExactly("*");
        assertThat(EntityTags.ofIfNoneMatch(Optional.empty())).isEmpty();
        assertThat(EntityTags.ofIfNoneMatch(Optional.of(String.join(",", Collections.nCopies(99, "\"a\"")))))
            .hasSize(50);
        assertThat(EntityTags.ofIfRange(Optional.of("\"a\""))).contains("a");
        for (String date : List.of("W/\"a\"", "Sun, 22 Nov 2026 00:00:00 GMT", "*")) {
            assertThat(EntityTags.ofIfRange(Optional.of(date))).contains("-");
        }
        assertThat(EntityTags.ofIfRange(Optional.empty())).isEmpty();
    }

    @Test
    void fileNamesAreSafeInAHeaderAndOnADisk() {
        assertThat(FileName.header("inline", "a.txt")).isEqualTo("inline; filename=\"a.txt\"");
        assertThat(FileName.header("attachment", "ä\"\r\n; x")).isEqualTo(
            "attachment; filename=\"______x\"; filename*=UTF-8''%C3%A4%22%0D%0A%3B%20x");
        assertThat(FileName.header("attachment", "..")).startsWith("attachment; filename=\"_\"");
        assertThat(FileName.header("attachment", "x".repeat(300) + ".sh")).hasSizeLessThan(300);
    }
}
