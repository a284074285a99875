package dev.trine.router.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.common.model.Incarnation;
import dev.trine.common.model.Member;
import dev.trine.common.model.NodeId;
import dev.trine.common.model.RepoId;
import dev.trine.router.fixture.SettableClock;
import dev.trine.router.metadata.AccessToken.Wanted;
import dev.trine.router.metadata.Repository.Phase;
import dev.trine.router.routing.Placement;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every metadata database must do; each test has a fresh one. */
abstract class MetadataContract {
    static final String KEY = "ssh-ed25519"
        + " AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f ann@💻";
    private static final List<Member> MEMBERS = List.of(member("n3", '3'), member("n1", '1'), member("n2", '2'));

    final SettableClock clock = new SettableClock(Instant.parse("2026-11-21T08:00:00.123Z"));
    private MetadataConfig config;
    Metadata metadata;

    /** The database of the next test. */
    abstract MetadataConfig config();

    static MetadataConfig server(String url) {
        return new MetadataConfig(url, "root", Optional.empty(), 10, Duration.ofMinutes(1), Duration.ofMinutes(2));
    }

    @BeforeEach
    void migrate() {
        config = config();
        metadata = Metadata.open(config, clock);
        metadata.migrate();
    }

    @AfterEach
    void close() {
        metadata.close();
    }

    private static Member member(String node, char digit) {
        return new Member(new NodeId(node), new Incarnation(String.valueOf(digit).repeat(32)));
    }

    User user(String name) {
        return metadata.users().create(new UserName(name), false).orElseThrow();
    }

    void cluster() {
        for (String node : List.of("n1", "n2", "n3")) {
            metadata.cluster().putNode(new NodeId(node), "z" + node.charAt(1), "127.0.0.1:900" + node.charAt(1));
        }
        metadata.cluster().putShard(new Shard("s1", MEMBERS.stream().map(Member::node).toList()));
    }

    private static RepoId id(int number) {
        return new RepoId("%032x".formatted(number));
    }

    private Repository repository(int number, String path) {
        return metadata.repositories().create(id(number), new RepoPath(path), "s1", MEMBERS, "refs/heads/main")
            .orElseThrow();
    }

    Repository active(int number, String path) {
        Repository made = repository(number, path);
        assertThat(metadata.repositories().advance(made.id(), Phase.CREATING, Phase.ACTIVE)).isTrue();
        return metadata.repositories().find(made.id()).orElseThrow();
    }

    static <T> List<T> atOnce(int times, Callable<T> work) throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<T>> results = new ArrayList<>();
            for (Callable<T> each : IntStream.range(0, times).mapToObj(i -> work).toList()) {
                results.add(threads.submit(each));
            }
            List<T> values = new ArrayList<>();
            for (Future<T> result : results) {
                values.add(result.get());
            }
            return values;
        }
    }

    private List<String> column(String query) throws SQLException {
        try (Connection connection = DriverManager.getConnection(config.url(), config.user(), "");
            Statement statement = connection.createStatement();
            var rows = statement.executeQuery(query)) {
            List<String> values = new ArrayList<>();
            while (rows.next()) {
                values.add(rows.getString(1));
            }
            return values;
        }
    }

    @Test
    void severalRoutersMayMigrateAtOnceAndAgain() throws Exception {
        Metadata fresh = Metadata.open(config(), clock);
        try (fresh) {
            atOnce(3, () -> {
                fresh.migrate();
                return true;
            });
            assertThat(fresh.users().list("", 10)).isEmpty();
        }
    }

    @Test
    void aReplacementAdmitsTheDiskAndIsCarriedOutByOneRouterAtATime() throws Exception {
        cluster();
        NodeId old = MEMBERS.get(2).node();
        Member joining = member("n4", '4');
        metadata.cluster().addNode(joining.node(), "z4", "127.0.0.1:9004");
        assertThat(metadata.cluster().addNode(joining.node(), "z9", "127.0.0.1:1")).isFalse();
        Repository repository = active(1, "team/tool");
        active(2, "team/other");
        Replacements replacements = metadata.replacements();
        List<Replacement> begun = atOnce(4, () -> replacements.begin(old, joining));
        assertThat(begun).allMatch(one -> one.equals(begun.getFirst()));
        Replacement replacement = begun.getFirst();
        assertThat(metadata.cluster().nodes().getLast().member()).contains(joining);
        assertThat(metadata.cluster().shards().getFirst().nodes()).last().isEqualTo(joining.node());

        assertThat(replacements.lead(replacement, "a", Duration.ofSeconds(5))).isTrue();
        assertThat(replacements.lead(replacement, "b", Duration.ofSeconds(5))).isFalse();
        clock.forward(Duration.ofSeconds(6));
        assertThat(replacements.lead(replacement, "b", Duration.ofSeconds(5))).isTrue();

        assertThat(metadata.repositories().onDisksOf(old, joining, "", 1)).containsExactly(repository);
        assertThat(metadata.repositories().onDisksOf(old, joining, id(1).value(), 9)).hasSize(1);
        replacements.note(replacement, new Move(id(1), Move.Stage.COPYING, 9, 3, ""));
        replacements.note(replacement, new Move(id(1), Move.Stage.BLOCKED, 9, 4, "x".repeat(2000)));
        assertThat(replacements.moves(replacement, Move.Stage.BLOCKED, 9))
            .containsExactly(new Move(id(1), Move.Stage.BLOCKED, 9, 4, "x".repeat(Move.PROBLEM_MAX)));
        assertThat(replacements.sums(replacement))
            .containsEntry(Move.Stage.BLOCKED, new Replacements.Sum(1, 9, 4))
            .containsEntry(Move.Stage.MOVED, new Replacements.Sum(0, 0, 0));
        metadata.repositories().move(id(1), new Placement(2, List.of(MEMBERS.get(0), MEMBERS.get(1), joining)));
        assertThat(metadata.repositories().countOnDisksOf(old, joining)).isEqualTo(1);

        assertThat(replacements.cancel(replacement)).isTrue();
        assertThat(replacements.cancel(replacement)).isFalse();
        assertThat(metadata.cluster().shards().getFirst().nodes()).last().isEqualTo(old);
        assertThat(replacements.end(replacements.open().getFirst())).isTrue();
        assertThat(replacements.open()).isEmpty();
        assertThat(replacements.list(9).getFirst().state()).isEqualTo(Replacement.State.CANCELLED);
        assertThat(replacements.list(9).getFirst().ended()).isPresent();
    }

    @Test
    void aSchemaOfANewerVersionIsRefusedWithASentence() throws Exception {
        try (Connection connection = DriverManager.getConnection(config.url(), config.user(), "");
            Statement statement = connection.createStatement()) {
            statement.executeUpdate("INSERT INTO flyway_schema_history (installed_rank, version, description, type,"
                + " script, checksum, installed_by, execution_time, success)"
                + " VALUES (99, '99', 'later', 'SQL', 'V99__later.sql', 1, 'somebody', 1, 1)");
        }
        assertThatThrownBy(metadata::migrate).isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("another schema than this version of Trine knows");
    }

    @Test
    void aUserIsFoundByNameAndListedInOrder() {
        User zoe = user("zoe");
        User ann = user("ann");
        assertThat(metadata.users().create(new UserName("ann"), true)).isEmpty();
        assertThat(metadata.users().find(new UserName("ann"))).contains(ann);
        assertThat(ann.created()).isEqualTo(clock.instant());
        assertThat(metadata.users().list("", 10)).containsExactly(ann, zoe);
        assertThat(metadata.users().list("ann", 10)).containsExactly(zoe);
        assertThat(metadata.users().list("", 1)).containsExactly(ann);
    }

    @Test
    void aDisabledUserStaysKnownAsDisabled() {
        User ann = user("ann");
        User root = metadata.users().create(new UserName("root"), true).orElseThrow();
        assertThat(metadata.users().disable(ann.id(), root.id())).isTrue();
        assertThat(metadata.users().access(ann.id()).orElseThrow().user().disabled()).isTrue();
        metadata.users().enable(ann.id());
        assertThat(metadata.users().access(ann.id()).orElseThrow().user().disabled()).isFalse();
        assertThat(metadata.users().access(root.id() + 1)).isEmpty();
    }

    @Test
    void ofManyWhoCreateOneUserAtOnceOneSucceeds() throws Exception {
        List<Optional<User>> made = atOnce(8, () -> metadata.users().create(new UserName("ann"), false));
        assertThat(made.stream().filter(Optional::isPresent)).hasSize(1);
    }

    @Test
    void aKeyBelongsToOneUserUntilItIsRemoved() {
        User ann = user("ann");
        PublicKey key = PublicKey.parse(KEY);
        SshKey added = metadata.keys().add(ann, key, Presence.ANY).orElseThrow();
        assertThat(metadata.keys().add(user("bob"), key, Presence.ANY)).isEmpty();
        assertThat(metadata.keys().credential(key.wireForm()).orElseThrow().user()).hasValue(ann.id());
        assertThat(metadata.keys().list(Optional.of(ann))).containsExactly(added);
        assertThat(added.remark()).isEqualTo("ann@💻");
        assertThat(metadata.keys().find(added.id())).contains(added);
        assertThat(metadata.keys().remove(added.id())).contains(key.fingerprint());
        assertThat(metadata.keys().remove(added.id())).isEmpty();
        assertThat(metadata.keys().credential(key.wireForm())).isEmpty();
    }

    @Test
    void aTokenWorksUntilItExpires() {
        User ann = user("ann");
        TokenSecret secret = TokenSecret.parse("trine_" + "s3cr3t".repeat(8)).orElseThrow();
        Instant expires = clock.instant().plusSeconds(60);
        AccessToken token = metadata.tokens()
            .add(ann, secret.hash(), Wanted.unlimited("für später", Optional.of(expires))).orElseThrow();
        assertThat(metadata.tokens().add(ann, secret.hash(), Wanted.unlimited("again", Optional.empty()))).isEmpty();
        assertThat(metadata.tokens().credential(secret.hash()).orElseThrow()).isEqualTo(new Credential(
            "token " + token.id(), OptionalLong.of(ann.id()), Rights.ALL, true, Optional.of(expires), Presence.ANY));
        assertThat(metadata.tokens().list(Optional.of(ann))).containsExactly(token);
        clock.forward(Duration.ofSeconds(60));
        assertThat(metadata.tokens().credential(secret.hash())).isEmpty();
    }

    @Test
    void aRevokedTokenDoesNotWork() {
        User ann = user("ann");
        Sha256 hash = Sha256.of(new byte[] {1});
        AccessToken token = metadata.tokens().add(ann, hash, Wanted.unlimited("", Optional.empty())).orElseThrow();
        assertThat(metadata.tokens().revoke(token.id())).contains(hash);
        assertThat(metadata.tokens().credential(hash)).isEmpty();
        assertThat(metadata.tokens().find(token.id()).orElseThrow().revoked()).isTrue();
        assertThat(metadata.tokens().revoke(token.id() + 1)).isEmpty();
    }

    @Test
    void aUserHasOneRolePerScope() {
        User ann = user("ann");
        User bob = user("bob");
        Scope team = new Scope("team");
        metadata.grants().set(ann, team, AccessRole.READER, 9);
        metadata.grants().set(ann, team, AccessRole.WRITER, 9);
        metadata.grants().set(bob, team, AccessRole.READER, 9);
        metadata.grants().set(ann, Scope.EVERYWHERE, AccessRole.READER, 9);
        Grant anns = new Grant(ann.name(), team, AccessRole.WRITER);
        assertThat(metadata.grants().list(Optional.empty(), Optional.of(team)))
            .containsExactly(anns, new Grant(bob.name(), team, AccessRole.READER));
        assertThat(metadata.grants().list(Optional.of(ann), Optional.empty())).hasSize(2).contains(anns);
        assertThat(metadata.users().access(ann.id()).orElseThrow().may(AccessRole.WRITER, new Scope("team/x")))
            .isTrue();
        assertThat(metadata.grants().remove(ann, team)).isTrue();
        assertThat(metadata.grants().remove(ann, team)).isFalse();
        assertThat(metadata.users().access(ann.id()).orElseThrow().may(AccessRole.WRITER, new Scope("team/x")))
            .isFalse();
    }

    @Test
    void aNodeMayMoveButKeepsTheDiskThatItWasFirstSeenWith() {
        NodeId n1 = new NodeId("n1");
        metadata.cluster().putNode(n1, "z1", "a:1");
        metadata.cluster().putNode(n1, "z2", "b:2");
        assertThat(metadata.cluster().nodes()).containsExactly(new Node(n1, "z2", "b:2", Optional.empty()));
        metadata.cluster().pin(n1, new Incarnation("1".repeat(32)));
        metadata.cluster().pin(n1, new Incarnation("2".repeat(32)));
        assertThat(metadata.cluster().nodes().getFirst().incarnation()).contains(new Incarnation("1".repeat(32)));
    }

    @Test
    void aShardKeepsItsNodesInSlotOrder() {
        cluster();
        Shard other = new Shard("s1", List.of(new NodeId("n1"), new NodeId("n2"), new NodeId("n3")));
        Shard stored = metadata.cluster().putShard(other);
        assertThat(stored.nodes()).containsExactly(new NodeId("n3"), new NodeId("n1"), new NodeId("n2"));
        assertThat(metadata.cluster().shards()).containsExactly(stored);
    }

    @Test
    void aRepositoryIsFoundByPathAndIdWithItsMembersInSlotOrder() {
        cluster();
        Repository made = repository(1, "team/tool");
        assertThat(metadata.repositories().find(new RepoPath("team/tool"))).contains(made);
        assertThat(metadata.repositories().find(made.id())).contains(made);
        assertThat(made.placement()).isEqualTo(new Placement(1, MEMBERS));
        assertThat(made.created()).isEqualTo(clock.instant());
        assertThat(metadata.repositories().countByShard()).containsEntry("s1", 1L);
    }

    @Test
    void pathsCompareByteByByteAndMayBeLong() {
        cluster();
        repository(1, "team/tool");
        repository(2, "team/Tool");
        repository(3, "Team/tool");
        String longest = "g/" + "x".repeat(100) + ("/" + "y".repeat(100)).repeat(4);
        repository(4, longest);
        assertThat(metadata.repositories().find(new RepoPath("team/Tool")).orElseThrow().id()).isEqualTo(id(2));
        assertThat(metadata.repositories().find(new RepoPath(longest)).orElseThrow().id()).isEqualTo(id(4));
        assertThat(metadata.repositories().find(new RepoPath("TEAM/tool"))).isEmpty();
        assertThat(metadata.repositories().list("", List.of(Scope.EVERYWHERE), 10))
            .extracting(repository -> repository.path().value())
            .containsExactly("Team/tool", longest, "team/Tool", "team/tool");
    }

    @Test
    void ofManyWhoCreateOnePathAtOnceOneSucceeds() throws Exception {
        cluster();
        AtomicInteger next = new AtomicInteger();
        List<Optional<Repository>> made = atOnce(8, () -> metadata.repositories().create(id(next.incrementAndGet()),
            new RepoPath("team/tool"), "s1", MEMBERS, "refs/heads/main"));
        assertThat(made.stream().filter(Optional::isPresent)).hasSize(1);
        assertThat(metadata.repositories().find(new RepoPath("team/tool")))
            .isEqualTo(made.stream().flatMap(Optional::stream).findFirst());
        assertThat(column("SELECT slot FROM replicas")).hasSize(3);
    }

    @Test
    void aPhaseIsLeftOnceAndOnlyForward() {
        cluster();
        Repository made = repository(1, "team/tool");
        assertThat(metadata.repositories().advance(made.id(), Phase.CREATING, Phase.ACTIVE)).isTrue();
        assertThat(metadata.repositories().advance(made.id(), Phase.CREATING, Phase.ACTIVE)).isFalse();
        assertThatThrownBy(() -> metadata.repositories().advance(made.id(), Phase.ACTIVE, Phase.CREATING))
            .isInstanceOf(IllegalArgumentException.class);
        assertThat(metadata.repositories().inPhase(Phase.ACTIVE, 10)).hasSize(1);
        assertThat(metadata.repositories().inPhase(Phase.CREATING, 10)).isEmpty();
    }

    @Test
    void aGenerationOnlyGrows() {
        cluster();
        Repository made = active(1, "team/tool");
        List<Member> next = List.of(MEMBERS.get(0), MEMBERS.get(1), member("n4", '4'));
        assertThat(metadata.repositories().move(made.id(), new Placement(3, next))).isTrue();
        assertThat(metadata.repositories().move(made.id(), new Placement(2, MEMBERS))).isFalse();
        assertThat(metadata.repositories().move(made.id(), new Placement(3, MEMBERS))).isFalse();
        assertThat(metadata.repositories().find(made.id()).orElseThrow().placement())
            .isEqualTo(new Placement(3, next));
    }

    @Test
    void whoeverNotesGenerationsAtOnceTheNewestStays() throws Exception {
        cluster();
        Repository made = active(1, "team/tool");
        AtomicInteger generation = new AtomicInteger(1);
        atOnce(8, () -> {
            int mine = generation.incrementAndGet();
            return metadata.repositories().move(made.id(), new Placement(mine, List.of(MEMBERS.get(0), MEMBERS.get(1),
                member("n4", (char) ('0' + mine)))));
        });
        Placement last = metadata.repositories().find(made.id()).orElseThrow().placement();
        assertThat(last.generation()).isEqualTo(9);
        assertThat(last.members().get(2)).isEqualTo(member("n4", '9'));
    }

    @Test
    void aRenameMovesTheOwnGrantsAndNothingElse() {
        cluster();
        User ann = user("ann");
        Repository tool = active(1, "team/tool");
        active(2, "team/other");
        metadata.grants().set(ann, new Scope("team/tool"), AccessRole.WRITER, 9);
        metadata.grants().set(ann, new Scope("team"), AccessRole.READER, 9);
        assertThat(metadata.repositories().rename(tool.id(), tool.path(), new RepoPath("team/other"))).isFalse();
        assertThat(metadata.repositories().rename(tool.id(), tool.path(), new RepoPath("crew/tool"))).isTrue();
        Repository renamed = metadata.repositories().find(new RepoPath("crew/tool")).orElseThrow();
        assertThat(renamed.id()).isEqualTo(tool.id());
        assertThat(renamed.placement()).isEqualTo(tool.placement());
        assertThat(metadata.repositories().find(new RepoPath("team/tool"))).isEmpty();
        assertThat(metadata.grants().list(Optional.of(ann), Optional.empty()))
            .extracting(grant -> grant.scope().value() + " " + grant.role())
            .containsExactly("crew/tool WRITER", "team READER");
    }

    @Test
    void aRenameToTheSamePathTakesNobodysGrantAway() {
        cluster();
        User ann = user("ann");
        Repository tool = active(1, "team/tool");
        metadata.grants().set(ann, new Scope("team/tool"), AccessRole.WRITER, 9);
        assertThat(metadata.repositories().rename(tool.id(), tool.path(), tool.path())).isTrue();
        assertThat(metadata.grants().list(Optional.of(ann), Optional.empty()))
            .extracting(grant -> grant.scope().value() + " " + grant.role()).containsExactly("team/tool WRITER");
    }

    @Test
    void renamesThatCrossEndWithoutAnError() throws Exception {
        cluster();
        Repository one = active(1, "team/one");
        Repository two = active(2, "team/two");
        for (int i = 0; i < 20; i++) {
            User user = user("u" + i);
            metadata.grants().set(user, Scope.of(one.path()), AccessRole.READER, 9);
            metadata.grants().set(user, Scope.of(two.path()), AccessRole.WRITER, 9);
        }
        for (int i = 0; i < 5; i++) {
            atOnce(2, () -> metadata.repositories().rename(one.id(), one.path(), new RepoPath("team/three"))
                || metadata.repositories().rename(one.id(), new RepoPath("team/three"), one.path()));
            atOnce(2, () -> metadata.repositories().rename(two.id(), two.path(), new RepoPath("team/three"))
                || metadata.repositories().rename(two.id(), new RepoPath("team/three"), two.path()));
        }
        assertThat(metadata.repositories().find(one.id())).isPresent();
        assertThat(metadata.repositories().find(two.id())).isPresent();
    }

    @Test
    void aRemovedRepositoryLeavesNothingBehind() throws Exception {
        cluster();
        User ann = user("ann");
        Repository tool = active(1, "team/tool");
        metadata.grants().set(ann, Scope.of(tool.path()), AccessRole.WRITER, 9);
        assertThat(metadata.repositories().remove(tool, Phase.DELETING)).isFalse();
        metadata.repositories().advance(tool.id(), Phase.ACTIVE, Phase.DELETING);
        assertThat(metadata.repositories().remove(tool, Phase.DELETING)).isTrue();
        assertThat(metadata.repositories().find(tool.id())).isEmpty();
        assertThat(metadata.grants().list(Optional.of(ann), Optional.empty())).isEmpty();
        assertThat(column("SELECT node FROM replicas")).isEmpty();
        assertThat(metadata.repositories().create(id(2), tool.path(), "s1", MEMBERS, "refs/heads/main")).isPresent();
    }

    @Test
    void aListingHoldsWhatTheScopesCoverPageByPage() {
        cluster();
        repository(1, "team/a");
        repository(2, "team/sub/b");
        repository(3, "team-x/c");
        repository(4, "team.y/d");
        repository(5, "other/e");
        assertThat(paths("", List.of(new Scope("team")), 10)).containsExactly("team/a", "team/sub/b");
        assertThat(paths("", List.of(new Scope("team/sub/b"), new Scope("other")), 10))
            .containsExactly("other/e", "team/sub/b");
        assertThat(paths("", List.of(Scope.EVERYWHERE), 2)).containsExactly("other/e", "team-x/c");
        assertThat(paths("team-x/c", List.of(Scope.EVERYWHERE), 2)).containsExactly("team.y/d", "team/a");
        assertThat(paths("", List.of(), 10)).isEmpty();
    }

    private List<String> paths(String after, List<Scope> within, int limit) {
        return metadata.repositories().list(after, within, limit).stream()
            .map(repository -> repository.path().value()).toList();
    }

    @Test
    void aReplicaIsConfirmedForTheDiskThatHasIt() {
        cluster();
        Repository tool = active(1, "team/tool");
        metadata.repositories().confirm(tool.id(), member("n1", '1'));
        metadata.repositories().confirm(tool.id(), member("n2", '9'));
        metadata.repositories().confirm(tool.id(), member("n3", '3'));
        assertThat(metadata.repositories().unconfirmed(tool.id())).containsExactly(new NodeId("n2"));
        assertThat(metadata.repositories().withUnconfirmedMembers(10)).containsExactly(tool);
        metadata.repositories().confirm(tool.id(), member("n2", '2'));
        assertThat(metadata.repositories().withUnconfirmedMembers(10)).isEmpty();
    }
}
