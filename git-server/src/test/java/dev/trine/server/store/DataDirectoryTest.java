package dev.trine.server.store;

import static dev.trine.server.store.Samples.MAIN;
import static dev.trine.server.store.Samples.REPO;
import static dev.trine.server.store.Samples.created;
import static dev.trine.server.store.Samples.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.common.config.ByteSize;
import dev.trine.common.lifecycle.StartException;
import dev.trine.common.model.Incarnation;
import dev.trine.common.model.Member;
import dev.trine.common.model.NodeId;
import dev.trine.server.replication.RefsDigest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A data directory serves its own node on its own disk, or refuses with a sentence and touches nothing. */
class DataDirectoryTest {
    private static final NodeId N1 = new NodeId("n1");

    @TempDir
    private Path parent;

    private Path dir() {
        return parent.resolve("n1");
    }

    private DataDirectory open() throws StartException {
        return open(N1, new ByteSize(0));
    }

    private DataDirectory open(NodeId node, ByteSize freeMin) throws StartException {
        return DataDirectory.open(new DataDirectory.Settings(dir(), freeMin, new ByteSize(8 << 20)), node,
            Clock.systemUTC(), (fact, cause) -> {
                throw new AssertionError(fact, cause);
            });
    }

    private Member formatted() throws Exception {
        try (DataDirectory data = open()) {
            data.replicas().create(REPO, created(), Map.of(MAIN, value(1)));
            return data.member();
        }
    }

    @Test
    void aMissingDirectoryIsMadeAndKeepsItsIdentityAndContents() throws Exception {
        Member member = formatted();
        assertThat(member.node()).isEqualTo(N1);
        try (DataDirectory again = open()) {
            assertThat(again.member()).isEqualTo(member);
            assertThat(again.replicas().refs(REPO).get(MAIN)).contains(value(1));
            assertThat(again.objects()).isDirectory();
            assertThat(again.freeBytes()).isPositive();
        }
    }

    @Test
    void twoDisksAreDifferentMembers() throws Exception {
        Member first = formatted();
        Files.move(dir(), parent.resolve("aside"));
        assertThat(formatted()).isNotEqualTo(first);
    }

    @Test
    void aDirectoryInUseIsRefused() throws Exception {
        try (DataDirectory first = open()) {
            assertThatThrownBy(this::open).isInstanceOf(StartException.class)
                .hasMessageContaining("is in use by another process");
            assertThat(first.replicas().repositories()).isEmpty();
        }
        open().close();
    }

    @Test
    void aNewerFormatIsRefusedAndNothingIsTouched() throws Exception {
        formatted();
        Files.writeString(dir().resolve("format"), "trine git-server 3\nnode n1\n");
        refusedUntouched("has format 3, this release knows formats up to 2");
    }

    @Test
    void anOlderFormatGetsItsDigestsOfRefsAndHasNoReceiptsOfThePast() throws Exception {
        formatted();
        try (Database database = Database.open(dir().resolve("rocksdb"), false, 8 << 20, (fact, cause) -> {
            throw new AssertionError(fact, cause);
        }); Write write = database.write()) {
            write.delete(Keys.refsDigest(REPO));
            write.put(Keys.state(REPO), ReplicaValues.encode(Samples.committed(3, 3)));
            write.sync();
        }
        Files.writeString(dir().resolve("format"), "trine git-server 1\nnode n1\n");
        for (int i = 0; i < 2; i++) {
            try (DataDirectory again = open();
                 ReplicaSnapshot replica = again.replicas().snapshot(REPO).orElseThrow()) {
                assertThat(replica.refsDigest()).isEqualTo(RefsDigest.of(replica.refs()))
                    .isNotEqualTo(RefsDigest.EMPTY);
                assertThat(replica.receipts(9, 9)).isEqualTo(new KeptReceipts(List.of(), 4));
            }
            assertThat(dir().resolve("format")).hasContent("trine git-server 2\nnode n1\n");
        }
    }

    @Test
    void anotherNodesDirectoryIsRefused() throws Exception {
        formatted();
        assertThatThrownBy(() -> open(new NodeId("n2"), new ByteSize(0))).isInstanceOf(StartException.class)
            .hasMessageContaining("belongs to node n1, not to n2");
    }

    @Test
    void aDirectoryWithForeignFilesIsRefusedAndNothingIsTouched() throws Exception {
        Files.createDirectories(dir());
        Files.writeString(dir().resolve("thesis.tex"), "precious");
        refusedUntouched("neither empty nor a data directory");
    }

    @Test
    void objectsOfAnotherDiskAreRefusedAndNothingIsTouched() throws Exception {
        formatted();
        Files.writeString(dir().resolve("objects/incarnation"), "0".repeat(32) + "\n");
        refused("counts as lost, its objects are of disk " + "0".repeat(32));
    }

    @Test
    void aMissingObjectDirectoryIsALostDisk() throws Exception {
        formatted();
        delete(dir().resolve("objects"));
        refusedUntouched("its object directory");
    }

    @Test
    void aFirstStartThatWasKilledWhileItWroteAFileBeginsAnew() throws Exception {
        Files.createDirectories(dir());
        Files.createFile(dir().resolve("formatting.tmp"));
        open().close();
        Files.move(dir().resolve("format"), dir().resolve("format.tmp"));
        Files.createFile(dir().resolve("formatting"));
        open().close();
        assertThat(dir().resolve("format")).exists();
    }

    @Test
    void aMissingDatabaseIsALostDisk() throws Exception {
        formatted();
        delete(dir().resolve("rocksdb"));
        refusedUntouched("its database");
    }

    @Test
    void aDatabaseThatWasEmptiedIsNotTakenForANewOne() throws Exception {
        formatted();
        delete(dir().resolve("rocksdb"));
        Files.createDirectory(dir().resolve("rocksdb"));
        refused("cannot be opened");
    }

    @Test
    void aFullDiskIsRefused() throws Exception {
        formatted();
        assertThatThrownBy(() -> open(N1, new ByteSize(1L << 60))).isInstanceOf(StartException.class)
            .hasMessageContaining("data.disk-free-min");
        open().close();
    }

    @Test
    void formattingThatACrashInterruptedBeginsAnew() throws Exception {
        Member before = formatted();
        Files.delete(dir().resolve("format"));
        Files.createFile(dir().resolve("formatting"));
        try (DataDirectory again = open()) {
            assertThat(again.member().incarnation()).isNotEqualTo(before.incarnation());
            assertThat(again.replicas().repositories()).isEmpty();
        }
        assertThat(dir().resolve("formatting")).doesNotExist();
    }

    @Test
    void theIncarnationIsTheSameOnBothHalves() throws Exception {
        Member member = formatted();
        assertThat(new Incarnation(Files.readString(dir().resolve("objects/incarnation")).strip()))
            .isEqualTo(member.incarnation());
    }

    private void refused(String fact) {
        assertThatThrownBy(this::open).isInstanceOf(StartException.class).hasMessageContaining(fact);
    }

    private void refusedUntouched(String fact) throws IOException {
        Map<String, Long> before = files();
        refused(fact);
        Map<String, Long> after = files();
        before.remove("lock");
        after.remove("lock");
        assertThat(after).isEqualTo(before);
    }

    private Map<String, Long> files() throws IOException {
        Map<String, Long> files = new TreeMap<>();
        try (Stream<Path> tree = Files.walk(dir())) {
            for (Path file : tree.filter(Files::isRegularFile).toList()) {
                files.put(dir().relativize(file).toString(), Files.getLastModifiedTime(file).toMillis());
            }
        }
        return files;
    }

    private static void delete(Path root) throws IOException {
        try (Stream<Path> tree = Files.walk(root)) {
            tree.sorted(Comparator.reverseOrder()).forEach(path -> {
                try {
                    Files.delete(path);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
