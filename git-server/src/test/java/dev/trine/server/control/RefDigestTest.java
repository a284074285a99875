package dev.trine.server.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.trine.common.model.ObjectName;
import dev.trine.common.model.RefName;
import dev.trine.common.model.RefValue;
import dev.trine.server.replication.RefTable;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import org.junit.jupiter.api.Test;

class RefDigestTest {
    private static final RefName MAIN = new RefName("refs/heads/main");
    private static final RefName TAG = new RefName("refs/tags/v1");
    private static final RefValue ONE = new RefValue.Direct(new ObjectName("1".repeat(40)), Optional.empty());
    private static final RefValue TWO = new RefValue.Direct(new ObjectName("2".repeat(40)), Optional.empty());

    @Test
    void itIsTheHashOfWhatGitWouldList() throws Exception {
        RefDigest digest = digest(Map.of(TAG, TWO, MAIN, ONE, RefName.HEAD, new RefValue.Symbolic(MAIN)));
        String lines = "ref: refs/heads/main HEAD\n" + "1".repeat(40) + " refs/heads/main\n" + "2".repeat(40)
            + " refs/tags/v1\n";
        assertThat(digest.sha256()).isEqualTo(ByteString.copyFrom(
            MessageDigest.getInstance("SHA-256").digest(lines.getBytes(StandardCharsets.UTF_8))));
        assertThat(digest.refs()).isEqualTo(3);
    }

    @Test
    void everyPartOfARefCounts() {
        assertThat(digest(Map.of(MAIN, ONE))).isNotEqualTo(digest(Map.of(MAIN, TWO)))
            .isNotEqualTo(digest(Map.of(TAG, ONE))).isNotEqualTo(digest(Map.of(MAIN, new RefValue.Symbolic(TAG))))
            .isNotEqualTo(digest(Map.of()));
    }

    private static RefDigest digest(Map<RefName, RefValue> refs) {
        return RefDigest.of(new Refs(new TreeMap<>(refs)));
    }

    private record Refs(TreeMap<RefName, RefValue> values) implements RefTable {
        @Override
        public Optional<RefValue> get(RefName name) {
            return Optional.ofNullable(values.get(name));
        }

        @Override
        public void scan(String prefix, BiPredicate<RefName, RefValue> visitor) {
            for (Map.Entry<RefName, RefValue> ref : values.entrySet()) {
                if (ref.getKey().value().startsWith(prefix) && !visitor.test(ref.getKey(), ref.getValue())) {
                    return;
                }
            }
        }
    }
}
