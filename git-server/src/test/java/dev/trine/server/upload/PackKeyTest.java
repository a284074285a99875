package dev.trine.server.upload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.model.Epoch;
import dev.trine.common.model.Position;
import dev.trine.common.model.RepoId;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.eclipse.jgit.lib.ObjectId;
import org.junit.jupiter.api.Test;

/** Fetches share a pack exactly if the same objects go to both in forms that both understand. */
final class PackKeyTest {
    private static final RepoId REPO = new RepoId("0".repeat(32));
    private static final Position NOW = new Position(1, Epoch.NULL);
    private static final Position LATER = new Position(2, Epoch.NULL);
    private static final ObjectId A = id("a");
    private static final ObjectId B = id("b");

    private static ObjectId id(String digit) {
        return ObjectId.fromString(digit.repeat(40));
    }

    private static ObjectSelection selection(Set<ObjectId> wants, Set<ObjectId> common, Set<ObjectId> grafts) {
        return new ObjectSelection(wants, common, grafts, new Filter.Everything());
    }

    private static PackKey key(RepoId repo, Position at, ObjectSelection selection, FetchOption... options) {
        return PackKey.of(repo, at, new FetchRequest(Set.of(), new TreeMap<>(), List.of(), Set.of(),
            new Deepen.Unchanged(), selection.filter(), Set.of(options)), selection);
    }

    private static PackKey key(ObjectSelection selection, FetchOption... options) {
        return key(REPO, NOW, selection, options);
    }

    @Test
    void whateverDecidesThePackIsPartOfTheKey() {
        ObjectSelection plain = selection(Set.of(A), Set.of(), Set.of());
        ObjectSelection fetch = selection(Set.of(A), Set.of(B), Set.of());
        List<PackKey> different = Stream.of(
            key(plain), key(new RepoId("1".repeat(32)), NOW, plain), key(fetch),
            key(selection(Set.of(B), Set.of(), Set.of())), key(selection(Set.of(A, B), Set.of(), Set.of())),
            key(selection(Set.of(A), Set.of(), Set.of(B))), key(selection(Set.of(B), Set.of(A), Set.of())),
            key(plain, FetchOption.OFS_DELTA), key(fetch, FetchOption.THIN_PACK), key(plain, FetchOption.INCLUDE_TAG),
            key(REPO, LATER, plain, FetchOption.INCLUDE_TAG),
            key(new ObjectSelection(Set.of(A), Set.of(), Set.of(), new Filter.NoBlobs())),
            key(new ObjectSelection(Set.of(A), Set.of(), Set.of(), new Filter.BlobsBelow(1))),
            key(new ObjectSelection(Set.of(A), Set.of(), Set.of(), new Filter.BlobsBelow(2)))).toList();
        assertThat(different).doesNotHaveDuplicates();
    }

    @Test
    void whatDoesNotDecideItIsNot() {
        ObjectSelection plain = selection(Set.of(A), Set.of(), Set.of());
        assertThat(key(REPO, LATER, plain)).isEqualTo(key(plain));
        assertThat(key(plain, FetchOption.THIN_PACK)).isEqualTo(key(plain));
        assertThat(key(plain, FetchOption.NO_PROGRESS, FetchOption.DONE, FetchOption.SIDE_BAND_64K))
            .isEqualTo(key(plain));
    }
}
