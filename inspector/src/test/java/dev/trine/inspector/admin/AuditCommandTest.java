package dev.trine.inspector.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.audit.Audit;
import dev.trine.common.audit.AuditAction;
import dev.trine.common.audit.AuditActor;
import dev.trine.common.audit.AuditEvent;
import dev.trine.common.audit.AuditFile;
import dev.trine.common.audit.AuditLog;
import dev.trine.common.audit.AuditResult;
import dev.trine.common.audit.AuditSettings;
import dev.trine.common.audit.AuditedRef;
import dev.trine.inspector.admin.AdminFixture.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The audit by the command line: of two services, below the directory of the cluster file. */
class AuditCommandTest {
    @TempDir
    private Path directory;
    private AdminFixture trine;

    @BeforeEach
    void start() throws Exception {
        trine = AdminFixture.start(directory, new InMemoryAdmin(3));
        write("ssh-proxy", "2026-11-22T10:00:00Z", push("alice", "team/app", AuditResult.OK));
        write("http-proxy", "2026-11-22T11:00:00Z", push("bob", "team/apple", AuditResult.REFUSED));
        write("ssh-proxy", "2026-11-23T10:00:00Z", push("bob", "/team/app.git", AuditResult.REFUSED));
    }

    @AfterEach
    void stop() throws Exception {
        trine.close();
    }

    private Path audit(String service) {
        return directory.resolve(".trine/data").resolve(service).resolve("audit");
    }

    private void write(String service, String time, AuditEvent event) throws Exception {
        try (Audit audit = AuditLog.open(AuditSettings.none().orIn(audit(service)), service,
            Clock.fixed(Instant.parse(time), ZoneOffset.UTC))) {
            audit.record(event);
        }
    }

    private static AuditEvent push(String user, String path, AuditResult result) {
        return new AuditEvent(AuditAction.PUSH, result, new AuditActor(user, 5, "key of " + user, "10.0.0.1:5", "ssh"))
            .at(new AuditEvent.Place(path, user.equals("alice") ? "0".repeat(32) : ""))
            .inRequest("request-of-" + user)
            .changing(List.of(new AuditedRef("refs/heads/main", "", "1".repeat(40), "ok")), 0);
    }

    /** The users in the lines that a search finds. */
    private List<String> users(String... options) {
        Result result = trine.run(Stream.concat(Stream.of("audit", "list", "--action", "push"), Stream.of(options))
            .toArray(String[]::new));
        assertThat(result.err()).isEmpty();
        return result.out().lines().skip(1).map(line -> line.split(" +")[3]).toList();
    }

    @Test
    void linesOfAllServicesAreShownInOrderOfTime() {
        assertThat(trine.run("audit", "list").out().lines().toList()).hasSize(7).first()
            .satisfies(titles -> assertThat(titles.split(" +")).containsExactly("TIME", "ACTION", "RESULT", "ACTOR",
                "CREDENTIAL", "CLIENT", "REPO", "WHAT"));
        assertThat(users()).containsExactly("alice", "bob", "bob");
        assertThat(trine.run("audit", "list", "--user", "alice").out()).contains("refs/heads/main ok");
        assertThat(trine.run("audit", "list", "--user", "alice", "-o", "json").out()).contains("\"seq\" : 2",
            "\"ref\" : \"refs/heads/main\"", "\"hash\" : \"");
    }

    @Test
    void inWhateverOrderServicesWroteTheOldestComesFirst() throws Exception {
        write("http-proxy", "2026-11-24T10:00:00Z", push("carol", "team/app", AuditResult.OK));
        assertThat(trine.run("audit", "list", "--action", "push").out().lines().skip(1)
            .map(line -> line.split(" +")[0])).hasSize(4).isSorted();
    }

    @Test
    void eachOptionNarrowsTheSearch() {
        assertThat(users("--user", "alice")).containsExactly("alice");
        assertThat(users("--user", "key of bob")).hasSize(2);
        assertThat(users("--repo", "team/app")).containsExactly("alice", "bob");
        assertThat(users("--repo", "team")).hasSize(3);
        assertThat(users("--repo", "/team/apple.git")).containsExactly("bob");
        assertThat(users("--repo", "tea")).isEmpty();
        assertThat(users("--repo", "0".repeat(32))).containsExactly("alice");
        assertThat(users("--result", "refused")).hasSize(2);
        assertThat(users("--request", "request-of-bob")).containsExactly("bob", "bob");
        assertThat(users("--request", "request-of")).isEmpty();
        assertThat(users("--since", "2026-11-22T11:00:00Z")).hasSize(2);
        assertThat(users("--since", "2026-11-23")).hasSize(1);
        assertThat(users("--until", "2026-11-22T11:00:00Z")).containsExactly("alice");
        assertThat(users("--until", "36500d")).isEmpty();
        assertThat(users("--since", "36500d", "--until", "2026-11-23")).hasSize(2);
        assertThat(trine.run("audit", "list", "--action", "clone").out().lines()).hasSize(1);
        assertThat(users(audit("http-proxy").toString())).containsExactly("bob");
    }

    @Test
    void aVeryLongPathDoesNotWidenTheTable() throws Exception {
        String path = "team/" + "x".repeat(500);
        write("ssh-proxy", "2026-11-23T11:00:00Z", push("eve", path, AuditResult.REFUSED));
        assertThat(trine.run("audit", "list", "--action", "push").out().lines())
            .allSatisfy(line -> assertThat(line).hasSizeLessThan(250));
        assertThat(trine.run("audit", "list", "--user", "eve").out()).contains(path.substring(0, 80) + "...  ");
        assertThat(trine.run("audit", "list", "--user", "eve", "-o", "json").out()).contains("\"" + path + "\"");
    }

    @Test
    void theNewestAreShownIfThereAreTooManyAndTheRestIsCounted() {
        Result result = trine.run("audit", "list", "--action", "push", "--limit", "1");
        assertThat(result.out()).contains("2026-11-23T10").doesNotContain("2026-11-22T10");
        assertThat(result.err()).contains("2 older lines fit, too");
        for (String limit : List.of("0", "100001")) {
            assertThat(trine.run("audit", "list", "--limit", limit).err()).contains("--limit is between 1 and 100000");
        }
        assertThat(trine.run("audit", "list", "--action", "push", "--limit", "3").err()).isEmpty();
        assertThat(trine.run("audit", "list", "--action", "pushes").err()).contains("'pushes' is no --action: choose"
            + " among sign-in, list-refs, clone, fetch, negotiate, push, download, command, admin, audit");
        assertThat(trine.run("audit", "list", "--result", "denied").err()).contains("ok, refused, broken");
        assertThat(trine.run("audit", "list", "--since", "yesterday").err()).contains("'yesterday' is not a time");
    }

    @Test
    void whatWasDoneIsShownInOneColumn() throws Exception {
        write("http-proxy", "2026-11-24T10:00:00Z", push("carol", "team/app", AuditResult.REFUSED)
            .changing(List.of(new AuditedRef("refs/heads/a", "", "", "stale"), new AuditedRef("refs/tags/b", "", "",
                "ok")), 7).with(Map.of("upstream", "old", "call", "x")).because("one was changed"));
        assertThat(trine.run("audit", "list", "--user", "carol").out()).containsPattern("(?m) team/app +call=x"
            + " upstream=old refs/heads/a stale refs/tags/b ok and 7 more one was changed$");
    }

    @Test
    void whatHappenedAtTheSameMomentIsShownByServiceAndAsItWasWritten() throws Exception {
        String time = "2026-11-24T10:00:00Z";
        write("ssh-proxy", time, push("dave", "team/app", AuditResult.OK));
        write("shard-router", time, push("fred", "team/app", AuditResult.OK));
        write("http-proxy", time, push("erin", "team/app", AuditResult.OK));
        assertThat(trine.run("audit", "list", "--since", time).out().lines().skip(1)
            .map(line -> line.contains("starts") ? "start" : line.split(" +")[3]))
            .containsExactly("start", "erin", "start", "fred", "start", "dave");
    }

    @Test
    void linesThatCannotBeReadAreCountedAndTheOthersShown() throws Exception {
        Path file = AuditFile.in(audit("http-proxy")).getFirst().path();
        Files.writeString(file, "{\"seq\":3,\"ti\nnonsense\n{\"seq\":4",
            StandardOpenOption.APPEND); // the last one may just be being written
        Result result = trine.run("audit", "list", "--action", "push", file.toString());
        assertThat(result.out().lines()).hasSize(2).last().asString().contains("bob");
        assertThat(result.err()).isEqualTo("trine: 2 lines could not be read: 'trine audit verify' says more\n");
    }

    @Test
    void anAuditThatHoldsIsSaidToAndGivesItsLastHash() {
        Result result = trine.run("audit", "verify");
        assertThat(result.exit()).isZero();
        assertThat(result.out().lines().toList()).hasSize(2).last().satisfies(line -> assertThat(line)
            .startsWith(audit("ssh-proxy") + ": all 4 lines, 1 to 4, are as they were written; the last one has"
                + " the hash "));
        assertThat(trine.run("audit", "verify", "-o", "json").out()).contains("\"holds\" : true");
    }

    @Test
    void anAuditThatWasChangedIsAnAlarmThatNamesFileAndLine() throws Exception {
        Path file = AuditFile.in(audit("http-proxy")).getFirst().path();
        Files.writeString(file, Files.readString(file).replace("bob", "eve"));
        Result result = trine.run("audit", "verify");
        assertThat(result.exit()).isEqualTo(4);
        assertThat(result.out()).contains("NOT as it was written: 1 faults in 2 lines",
            file + ": line 2 was changed: its hash is not that of its text");
    }

    @Test
    void anAuditWhoseOldestFilesAreGoneHoldsAndIsSaidToLackThem() throws Exception {
        Files.delete(AuditFile.in(audit("ssh-proxy")).getFirst().path());
        Result result = trine.run("audit", "verify", audit("ssh-proxy").toString());
        assertThat(result.exit()).isZero();
        assertThat(result.out()).contains(": all 2 lines, 3 to 4, are as they were written",
            "\n  lines 1 to 2 are gone with the oldest files, as audit.keep and audit.dir-max have it;");
        assertThat(trine.run("audit", "verify", "-o", "json").out()).contains("\"first\" : 3");
    }

    @Test
    void whereThereIsNoneThatIsSaid() throws Exception {
        Path empty = Files.createDirectory(directory.resolve("empty"));
        assertThat(trine.run("audit", "verify", empty.toString()).err()).startsWith("trine: there is no audit in "
            + empty + ": name the directory that a service's audit.dir is");
        Result result = trine.run("audit", "verify", directory.resolve(".trine/data/ssh-proxy/none").toString());
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.err()).contains("cannot be read");
        assertThat(trine.run("audit", "list", "--cluster", "nowhere/client.yaml").exit()).isEqualTo(1);
    }
}
