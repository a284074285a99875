package dev.trine.server.upload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.model.RepoId;
import dev.trine.server.hosting.Agent;
import dev.trine.server.hosting.Git;
import dev.trine.server.hosting.GitServers;
import dev.trine.server.hosting.LocalHosting;
import dev.trine.server.kept.StreamCache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the real client does with our server, by every transport and protocol version, leaves it with exactly what C
 * Git's own server leaves it with.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Execution(ExecutionMode.CONCURRENT)
final class FetchScenariosTest {
    @TempDir
    private static Path directory;
    private final LocalHosting hosting = new LocalHosting();
    private final CGitUploadPack reference = new CGitUploadPack();
    private final AtomicInteger runs = new AtomicInteger();
    private StreamCache cache;
    private GitServers servers;
    private GitServers referenceServers;

    @BeforeAll
    void start() throws IOException {
        SampleHistory.create(directory.resolve("sample"));
        cache = StreamCache.open(directory.resolve("cache"), PackCacheSettings.DEFAULT.limits(), 0);
        servers = new GitServers(new UploadPack(hosting, UploadLimits.DEFAULT, Agent.ofRelease("test"), cache));
        referenceServers = new GitServers(reference);
    }

    @AfterAll
    void stop() throws IOException {
        servers.close();
        cache.close();
        referenceServers.close();
    }

    /** How the client reaches the server. */
    enum Transport {
        DAEMON_V0, DAEMON_V1, DAEMON_V2, HTTP_V0, HTTP_V1, HTTP_V2;

        private String url(GitServers servers, RepoId repo) {
            return name().startsWith("HTTP") ? servers.httpUrl(repo) : servers.daemonUrl(repo);
        }

        private int version() {
            return name().charAt(name().length() - 1) - '0';
        }
    }

    /** Commands of git, after each "@" of the bare repository; "URL" stands for the server's. */
    record Scenario(String name, List<String> steps) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Scenario scenario(String name, String... steps) {
        return new Scenario(name, List.of(steps));
    }

    private static Stream<Scenario> plain() {
        return Stream.of(
            scenario("clone", "clone URL work"),
            scenario("mirror", "clone --mirror URL work"),
            scenario("one branch without tags", "clone --single-branch --no-tags --branch side URL work"),
            scenario("one branch, tags follow", "clone --single-branch --branch side URL work"),
            scenario("fetch of a new commit", "clone URL work", "@ commit main one", "work fetch"),
            scenario("fetch of a new branch", "clone --single-branch --branch side URL work", "work fetch origin main"),
            scenario("fetch after local commits", "clone URL work", "work commit --allow-empty -m local",
                "@ commit main one", "work fetch", "@ commit side two", "work fetch"),
            scenario("fetch of an old commit by id", "init work", "work fetch URL MAIN~7"),
            scenario("fetch of a tree and a blob by id", "init work", "work fetch URL MAIN^{tree}",
                "work fetch URL MAIN:a/main3"),
            scenario("fetch of a wanted ref", "clone --single-branch URL work", "work fetch origin side"));
    }

    private static Stream<Scenario> shallow() {
        long since = SampleHistory.FIRST_SECONDS + 20 * SampleHistory.DAY_SECONDS;
        return Stream.of(
            scenario("depth 1", "clone --depth=1 URL work"),
            scenario("depth 3 of all branches", "clone --depth=3 --no-single-branch URL work"),
            scenario("depth beyond the root", "clone --depth=100 --no-single-branch URL work"),
            scenario("depth exactly at the merge", "clone --depth=11 URL work"),
            scenario("deepened by absolute depth", "clone --depth=2 URL work", "work fetch --depth=5"),
            scenario("made shallower", "clone URL work", "work fetch --depth=4"),
            scenario("deepened by 1", "clone --depth=1 URL work", "work fetch --deepen=1"),
            scenario("deepened by 3 through the merge", "clone --depth=10 URL work", "work fetch --deepen=3"),
            scenario("deepened twice, with new commits", "clone --depth=3 URL work", "@ commit main one",
                "work fetch --deepen=2", "@ commit main two", "@ commit side three", "work fetch --deepen=4"),
            scenario("deepened beyond the root", "clone --depth=3 --no-single-branch URL work",
                "work fetch --deepen=1000"),
            scenario("unshallowed", "clone --depth=2 URL work", "work fetch --unshallow"),
            scenario("fetch into a shallow clone", "clone --depth=2 URL work", "@ commit main one", "work fetch"),
            scenario("fetch of all branches into a shallow clone", "clone --depth=2 URL work",
                "work fetch origin +refs/heads/*:refs/remotes/origin/*"),
            scenario("since", "clone --shallow-since=" + since + " --no-single-branch URL work"),
            scenario("since, deepened", "clone --depth=1 URL work", "work fetch --shallow-since=" + since),
            scenario("exclude", "clone --shallow-exclude=side --no-single-branch URL work"),
            scenario("exclude a tag", "clone --shallow-exclude=v2 URL work"),
            scenario("exclude, deepened", "clone --depth=1 URL work", "work fetch --shallow-exclude=v1"),
            scenario("since and exclude", "clone --shallow-since=" + since + " --shallow-exclude=v2 URL work"),
            scenario("deepened where nothing is left", "clone URL work", "work fetch --deepen=3"));
    }

    private static Stream<Scenario> filtered() {
        return Stream.of(
            scenario("blob:none", "clone --bare --filter=blob:none URL work"),
            scenario("blob:none with lazy fetches", "clone --filter=blob:none URL work", "work checkout MAIN~9"),
            scenario("blob:none, then fetch", "clone --bare --filter=blob:none URL work", "@ commit main one",
                "work fetch origin"),
            scenario("blob:limit", "clone --bare --filter=blob:limit=100 URL work"),
            scenario("blob:limit=0", "clone --bare --filter=blob:limit=0 URL work"),
            scenario("blob:limit=1k", "clone --bare --filter=blob:limit=1k URL work"),
            scenario("tree:0", "clone --bare --filter=tree:0 URL work"),
            scenario("tree:1", "clone --bare --filter=tree:1 URL work"),
            scenario("tree:2", "clone --bare --filter=tree:2 URL work"),
            scenario("tree:3", "clone --bare --filter=tree:3 URL work"),
            scenario("tree:0 with lazy fetches", "clone --filter=tree:0 URL work", "work log --stat MAIN~3"),
            scenario("object:type=commit", "clone --bare --filter=object:type=commit URL work"),
            scenario("object:type=tree", "clone --bare --filter=object:type=tree URL work"),
            scenario("object:type=tag", "clone --bare --filter=object:type=tag URL work"),
            scenario("object:type=blob", "clone --bare --filter=object:type=blob URL work"),
            scenario("combine", "clone --bare --filter=combine:tree:3+blob:limit=30 URL work"),
            scenario("combine of types", "clone --bare --filter=tree:2 --filter=object:type=blob URL work"),
            scenario("shallow and filtered", "clone --bare --depth=2 --filter=blob:none URL work"),
            scenario("shallow and combined", "clone --bare --depth=2 --filter=combine:tree:2+blob:none URL work"),
            scenario("filtered, deepened", "clone --bare --depth=2 --filter=tree:1 URL work",
                "work fetch --deepen=2 origin main"));
    }

    static Stream<Arguments> matrix() {
        return Stream.concat(with(plain(), Arrays.asList(Transport.values())), with(
            Stream.concat(shallow(), filtered()), List.of(Transport.DAEMON_V0, Transport.DAEMON_V2, Transport.HTTP_V0,
                Transport.HTTP_V2)));
    }

    private static Stream<Arguments> with(Stream<Scenario> scenarios, List<Transport> transports) {
        return scenarios.flatMap(scenario -> transports.stream().map(transport -> Arguments.of(scenario, transport)));
    }

    @ParameterizedTest(name = "{0} by {1}")
    @MethodSource("matrix")
    void theClientEndsWithWhatCGitWouldHaveGivenIt(Scenario scenario, Transport transport) throws IOException {
        RepoId repo = new RepoId(String.format("%032x", runs.incrementAndGet()));
        Path ours = prepare(scenario);
        hosting.host(repo, ours.resolve("bare"));
        Path theirs = prepare(scenario);
        reference.host(repo, theirs.resolve("bare"));

        assertThat(run(scenario, ours, transport.url(servers, repo), transport.version()))
            .isEqualTo(run(scenario, theirs, transport.url(referenceServers, repo), transport.version()));
    }

    /** A place with a bare repository, which is one of its own if the scenario adds to it. */
    private static Path prepare(Scenario scenario) throws IOException {
        Path place = Files.createTempDirectory(directory, "run");
        Path sample = directory.resolve("sample");
        if (scenario.steps().stream().noneMatch(step -> step.startsWith("@"))) {
            return Files.createSymbolicLink(place.resolve("bare"), sample).getParent();
        }
        try (Stream<Path> files = Files.walk(sample)) {
            for (Path file : files.toList()) {
                Files.copy(file, place.resolve("bare").resolve(sample.relativize(file)));
            }
        }
        return place;
    }

    private static String run(Scenario scenario, Path place, String url, int version) throws IOException {
        Git git = new Git(place);
        Git bare = new Git(place.resolve("bare"));
        String main = bare.run("rev-parse", "main").strip();
        for (String step : scenario.steps()) {
            String[] words = step.replace("URL", url).split(" ");
            if (words[0].equals("@")) {
                SampleHistory.addCommit(bare, words[2], words[3]);
                continue;
            }
            boolean inWork = words[0].equals("work");
            Stream<String> command = Arrays.stream(words).skip(inWork ? 1 : 0)
                .map(word -> word.startsWith("MAIN") ? id(bare, main, word) : word);
            (inWork ? new Git(place.resolve("work")) : git).run(
                Stream.concat(Stream.of("-c", "protocol.version=" + version), command).toArray(String[]::new));
        }
        Git work = new Git(place.resolve("work"));
        work.run("fsck", "--no-dangling");
        return work.contents().replace(url, "URL");
    }

    private static String id(Git bare, String main, String word) {
        return bare.run("rev-parse", main + word.substring("MAIN".length())).strip();
    }
}
