package dev.trine.server.repo;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.common.model.ObjectName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackExportTest {
    @TempDir
    Path directory;
    private GitWork work;
    private LocalStorage storage;

    @BeforeEach
    void open() {
        work = GitWork.init(directory.resolve("work"));
        storage = new LocalStorage(directory.resolve("objects"));
        for (int i = 0; i < 6; i++) {
            work.write("dir/file" + i % 2, "content ".repeat(100) + i).commit("commit " + i);
        }
        work.run("tag", "-a", "-m", "tag", "v1", "main~2");
        storage.push(work, "refs/tags/v1", "v1");
        storage.push(work, "refs/heads/main", "main");
    }

    @AfterEach
    void close() {
        storage.close();
    }

    private Optional<ExportedPack> export(Set<ObjectName> wants, Set<ObjectName> haves) throws IOException {
        try (ObjectView view = storage.view()) {
            return storage.export.write(view, wants, haves, NullProgressMonitor.INSTANCE);
        }
    }

    /** The objects of an exported pack, as the real git lists them; closes the export. */
    private List<String> objects(Optional<ExportedPack> exported) throws IOException {
        try (ExportedPack pack = exported.orElseThrow()) {
            return new String(work.feed(Files.readAllBytes(pack.index()), "show-index"),
                US_ASCII).lines().map(line -> line.split(" ")[1]).toList();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void allThatTheWantsReachIsSent(boolean bitmap) throws IOException {
        if (bitmap) {
            storage.compact(Compaction.Extent.FULL, Set.of(), Instant.MAX);
        }
        assertThat(objects(export(Set.of(work.name("main"), work.name("v1")), Set.of())))
            .containsExactlyInAnyOrderElementsOf(work.objects("main", "v1"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatTheAskerHasIsNotSent(boolean bitmap) throws IOException {
        if (bitmap) {
            storage.compact(Compaction.Extent.FULL, Set.of(), Instant.MAX);
        }
        assertThat(objects(export(Set.of(work.name("main")), Set.of(work.name("v1")))))
            .containsExactlyInAnyOrderElementsOf(work.objects("main", "^v1"));
        assertThat(export(Set.of(work.name("main")), Set.of(work.name("main")))).isEmpty();
        assertThat(export(Set.of(work.name("main~1")), Set.of(work.name("main")))).isEmpty();
    }

    @Test
    void haveOfWhichNothingIsKnownHereIsIgnored() throws IOException {
        ObjectName elsewhere = work.write("x", "x").commit("elsewhere");
        assertThat(objects(export(Set.of(work.name("main~1")), Set.of(elsewhere, new ObjectName("1".repeat(40))))))
            .containsExactlyInAnyOrderElementsOf(work.objects("main~1"));
    }

    @Test
    void haveThatMerelyLiesAroundIsIgnored() throws IOException {
        ObjectName orphan = new ObjectName(work.run("commit-tree", "-m", "parent is not here", "-p",
            work.write("x", "x").commit("x").hex(), "main^{tree}"));
        storage.push("refs/heads/side", orphan, work.packOf(List.of(orphan.hex())));
        storage.delete("refs/heads/side");
        assertThat(objects(export(Set.of(work.name("v1")), Set.of(orphan))))
            .containsExactlyInAnyOrderElementsOf(work.objects("v1"));
    }

    @Test
    void theRealGitReadsWhatIsExportedAndAReceiverInstallsIt() throws IOException {
        try (LocalStorage peer = new LocalStorage(directory.resolve("peer"));
             ExportedPack pack = export(Set.of(work.name("main"), work.name("v1")), Set.of()).orElseThrow();
             IncomingPack incoming = peer.files.receive(LocalStorage.REPO)) {
            assertThat(pack.selfContained()).isTrue();
            Files.copy(pack.pack(), incoming.pack());
            Files.copy(pack.index(), incoming.index());
            IncomingPack.Result.Installed installed = (IncomingPack.Result.Installed) incoming.install();
            assertThat(installed.stored().name()).isEqualTo(pack.stored().name());
            work.run("verify-pack", peer.files.pack(LocalStorage.REPO, pack.stored().name()).toString());
            assertThat(peer.check(Set.of(work.name("main"), work.name("v1")), pack.stored().name()))
                .isEqualTo(new Connectivity.Complete());
            installed.pin().close();
        }
    }

    @Test
    void closingRemovesTheFiles() throws IOException {
        ExportedPack pack = export(Set.of(work.name("main")), Set.of()).orElseThrow();
        pack.close();
        assertThat(pack.pack()).doesNotExist();
        assertThat(pack.index()).doesNotExist();
    }

    @Test
    void aWantThatIsNotHereIsAnError() {
        ObjectName elsewhere = work.write("x", "x").commit("elsewhere");
        assertThatThrownBy(() -> export(Set.of(elsewhere), Set.of())).isInstanceOf(MissingObjectException.class);
    }
}
