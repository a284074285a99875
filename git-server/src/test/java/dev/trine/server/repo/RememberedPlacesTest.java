package dev.trine.server.repo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.eclipse.jgit.internal.storage.file.BitmapIndexImpl;
import org.eclipse.jgit.internal.storage.file.PackBitmapIndex;
import org.eclipse.jgit.internal.storage.file.PackIndex;
import org.eclipse.jgit.internal.storage.file.PackReverseIndexFactory;
import org.eclipse.jgit.lib.BitmapIndex.BitmapBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a pack and a bitmap of the real git. */
class RememberedPlacesTest {
    private static final int FILES = 700;

    @TempDir
    private Path directory;

    private PackBitmapIndex bitmaps;
    private List<ObjectId> objects;
    private ObjectId tip;

    @BeforeEach
    void pack() throws IOException {
        GitWork work = GitWork.init(directory.resolve("work"));
        for (int i = 0; i < FILES; i++) {
            Files.writeString(work.directory().resolve("file" + i), "content " + i + "\n");
        }
        work.run("add", "-A");
        tip = Names.id(work.commit("all of them"));
        work.run("repack", "-q", "-a", "-d", "-b");
        PackIndex index = PackIndex.open(file(work, ".idx").toFile());
        bitmaps = PackBitmapIndex.open(file(work, ".bitmap").toFile(), index,
            PackReverseIndexFactory.computeFromIndex(index));
        objects = new ArrayList<>(work.objects("main").stream().map(ObjectId::fromString).toList());
        assertThat(objects).hasSizeGreaterThan(FILES);
    }

    private static Path file(GitWork work, String ending) throws IOException {
        try (Stream<Path> files = Files.list(work.directory().resolve(".git/objects/pack"))) {
            return files.filter(file -> file.toString().endsWith(ending)).findFirst().orElseThrow();
        }
    }

    @Test
    void itAnswersAsTheBitmapsDoHoweverOftenAndInWhateverOrder() {
        RememberedPlaces remembered = new RememberedPlaces(bitmaps);
        Random random = new Random(1);
        List<ObjectId> asked = new ArrayList<>(objects);
        byte[] name = new byte[Constants.OBJECT_ID_LENGTH];
        for (int i = 0; i < 3_000; i++) {
            random.nextBytes(name);
            asked.add(ObjectId.fromRaw(name));
        }
        for (int round = 0; round < 4; round++) {
            Collections.shuffle(asked, random);
            assertThat(asked).allMatch(object -> remembered.findPosition(object) == bitmaps.findPosition(object));
        }
        assertThat(objects).allMatch(object -> remembered.findPosition(object) >= 0);
    }

    @Test
    void whatWasAskedForIsNotSearchedAgain() {
        AtomicInteger searches = new AtomicInteger();
        RememberedPlaces remembered = new RememberedPlaces((PackBitmapIndex) Proxy.newProxyInstance(
            PackBitmapIndex.class.getClassLoader(), new Class<?>[] {PackBitmapIndex.class}, (proxy, method, args) -> {
                searches.incrementAndGet();
                return method.invoke(bitmaps, args);
            }));
        int rounds = 100;
        for (int round = 0; round < rounds; round++) {
            objects.forEach(remembered::findPosition);
        }
        // two that share a slot push each other out, until there are enough such to make it larger
        assertThat(searches.get()).isBetween(objects.size(), rounds * objects.size() / 5);
    }

    @Test
    void whatItSaysOfAWholePackCanBeThatPack() {
        BitmapIndexImpl index = new BitmapIndexImpl(new RememberedPlaces(bitmaps));
        BitmapBuilder all = index.newBitmapBuilder();
        all.or(index.getBitmap(tip));
        assertThat(all.cardinality()).isEqualTo(objects.size());
        assertThat(all.removeAllOrNone(bitmaps)).isTrue();
        assertThat(all.cardinality()).isZero();
    }
}
