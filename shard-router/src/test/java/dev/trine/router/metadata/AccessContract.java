package dev.trine.router.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.model.Share;
import dev.trine.router.metadata.AccessToken.Kind;
import dev.trine.router.metadata.AccessToken.Wanted;
import dev.trine.router.metadata.Repository.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every metadata database must do with limited credentials and with policies of groups and repositories. */
abstract class AccessContract extends MetadataContract {
    private static final Scope TOOL = new Scope("team/tool");
    private static final Scope OTHER = new Scope("team/other");

    private static Wanted limited(Kind kind, Right... rights) {
        return new Wanted(kind, "ci", new Rights(List.of(rights)), false, Optional.empty());
    }

    private Credential credential(Sha256 token) {
        return metadata.tokens().credential(token).orElseThrow();
    }

    @Test
    void aLimitedTokenAllowsWhatItsRightsSay() {
        User ann = user("ann");
        Sha256 hash = Sha256.of(new byte[] {1});
        Instant end = clock.instant().plusSeconds(60);
        AccessToken token = metadata.tokens().add(ann, hash, limited(Kind.PERSONAL,
            new Right(TOOL, AccessRole.READER), new Right(OTHER, AccessRole.WRITER, Optional.of(end)))).orElseThrow();
        assertThat(credential(hash).user()).hasValue(ann.id());
        assertThat(credential(hash).api()).isFalse();
        assertThat(credential(hash).rights().at(TOOL)).contains(AccessRole.READER);
        assertThat(credential(hash).rights().at(OTHER)).contains(AccessRole.WRITER);
        assertThat(credential(hash).rights().at(new Scope("team"))).isEmpty();
        assertThat(metadata.tokens().find(token.id()).orElseThrow().made().rights().each()).hasSize(2);
        clock.forward(Duration.ofSeconds(60));
        assertThat(credential(hash).rights().at(OTHER)).isEmpty();
    }

    @Test
    void aTokenThatAllowsEverythingForSomeTimeIsNotOneThatAllowsEverything() {
        Sha256 hash = Sha256.of(new byte[] {1});
        metadata.tokens().add(user("ann"), hash, limited(Kind.PERSONAL, new Right(Scope.EVERYWHERE,
            AccessRole.ADMINISTRATOR, Optional.of(clock.instant().plusSeconds(60)))));
        assertThat(credential(hash).rights().at(TOOL)).contains(AccessRole.ADMINISTRATOR);
        assertThat(credential(hash).rights().isAll()).isFalse();
        clock.forward(Duration.ofSeconds(60));
        assertThat(credential(hash).rights()).isEqualTo(Rights.NONE);
    }

    @Test
    void twoAdministratorsWhoDisableEachOtherLeaveOne() throws Exception {
        User one = metadata.users().create(new UserName("one"), true).orElseThrow();
        User two = metadata.users().create(new UserName("two"), true).orElseThrow();
        User ann = user("ann");
        assertThat(metadata.users().disable(two.id(), ann.id())).isFalse();
        AtomicInteger turn = new AtomicInteger();
        assertThat(atOnce(2, () -> turn.getAndIncrement() == 0 ? metadata.users().disable(one.id(), two.id())
            : metadata.users().disable(two.id(), one.id()))).containsExactlyInAnyOrder(true, false);
        assertThat(metadata.users().list("", 10)).filteredOn(User::admin).filteredOn(user -> !user.disabled())
            .hasSize(1);
    }

    @Test
    void whoSetTheSameAtTheSameMomentAllSucceed() throws Exception {
        User ann = user("ann");
        for (byte round = 0; round < 10; round++) {
            RefRule rule = rule(TOOL, "refs/heads/b" + round, AccessRole.WRITER);
            Scope scope = new Scope("team/t" + round);
            byte[] wireForm = PublicKey.parse(KEY).wireForm();
            wireForm[wireForm.length - 1] = round;
            PublicKey key = PublicKey.parse("ssh-ed25519 " + Base64.getEncoder().encodeToString(wireForm));
            assertThat(atOnce(4, () -> metadata.policies().set(rule))).containsOnly(true);
            atOnce(4, () -> {
                metadata.policies().setVisibility(scope, Optional.of(Visibility.PUBLIC));
                return true;
            });
            assertThat(metadata.policies().visibility(scope)).contains(Visibility.PUBLIC);
            assertThat(atOnce(4, () -> metadata.keys().addDeploy(ann, key, Presence.ANY,
                List.of(new Right(scope, AccessRole.READER)), 20))).allMatch(addition -> addition.added().isPresent());
        }
    }

    @Test
    void aDeployTokenActsForItself() {
        Sha256 hash = Sha256.of(new byte[] {1});
        AccessToken token = metadata.tokens()
            .add(user("ann"), hash, limited(Kind.DEPLOY, new Right(TOOL, AccessRole.WRITER))).orElseThrow();
        assertThat(credential(hash).user()).isEmpty();
        assertThat(credential(hash).name()).isEqualTo("token " + token.id());
        assertThat(metadata.tokens().at(TOOL)).containsExactly(token);
        assertThat(metadata.tokens().at(OTHER)).isEmpty();
    }

    @Test
    void aWorkloadsTokenIsNobodysAndIsSweptSomeTimeAfterItsEnd() {
        Sha256 hash = Sha256.of(new byte[] {1});
        Instant end = clock.instant().plusSeconds(60);
        AccessToken token = metadata.tokens().addForWorkload(hash, new Wanted(Kind.WORKLOAD, "workload ci app",
            new Rights(List.of(new Right(TOOL, AccessRole.WRITER))), false, Optional.of(end))).orElseThrow();
        assertThat(credential(hash).user()).isEmpty();
        assertThat(credential(hash).name()).isEqualTo("workload ci app");
        assertThat(metadata.tokens().list(Optional.empty())).containsExactly(token);
        assertThat(metadata.tokens().find(token.id()).orElseThrow().user()).isEmpty();
        assertThat(metadata.tokens().stored(0, 10)).singleElement()
            .satisfies(stored -> assertThat(stored.credential()).isEqualTo(credential(hash)));
        assertThat(metadata.tokens().ofWorkload("workload ci app")).isEqualTo(1);
        assertThat(metadata.tokens().ofWorkload("workload ci")).isZero();
        metadata.tokens().add(user("ann"), Sha256.of(new byte[] {2}), new Wanted(Kind.DEPLOY, "old",
            new Rights(List.of(new Right(TOOL, AccessRole.WRITER))), false, Optional.of(end)));
        clock.forward(Duration.ofSeconds(60));
        assertThat(metadata.tokens().credential(hash)).isEmpty();
        assertThat(metadata.tokens().ofWorkload("workload ci app")).isZero();
        assertThat(metadata.tokens().sweepWorkloads(end, 10)).isZero();
        assertThat(metadata.tokens().sweepWorkloads(clock.instant().plusMillis(1), 10)).isEqualTo(1);
        assertThat(metadata.tokens().list(Optional.empty())).singleElement()
            .satisfies(left -> assertThat(left.made().label()).isEqualTo("old"));
    }

    @Test
    void aTokenWhoseRepositoryIsGoneAllowsNothing() {
        cluster();
        Repository tool = active(1, TOOL.value());
        Sha256 hash = Sha256.of(new byte[] {1});
        metadata.tokens().add(user("ann"), hash, limited(Kind.PERSONAL, new Right(TOOL, AccessRole.WRITER)));
        metadata.repositories().advance(tool.id(), Phase.ACTIVE, Phase.DELETING);
        metadata.repositories().remove(tool, Phase.DELETING);
        assertThat(credential(hash).rights()).isEqualTo(Rights.NONE);
    }

    @Test
    void aDeployKeyHasOtherRightsElsewhereUntilTheyAreRemoved() {
        User ann = user("ann");
        PublicKey key = PublicKey.parse(KEY);
        SshKey added = metadata.keys().addDeploy(ann, key, Presence.ANY,
            List.of(new Right(TOOL, AccessRole.READER)), 1).added().orElseThrow();
        metadata.keys().addDeploy(user("bob"), key, Presence.ANY, List.of(new Right(OTHER, AccessRole.WRITER)), 1);
        Credential credential = metadata.keys().credential(key.wireForm()).orElseThrow();
        assertThat(credential.user()).isEmpty();
        assertThat(credential.rights().at(TOOL)).contains(AccessRole.READER);
        assertThat(credential.rights().at(OTHER)).contains(AccessRole.WRITER);
        assertThat(metadata.keys().add(ann, key, Presence.ANY)).isEmpty();
        assertThat(metadata.keys().addDeploy(ann, key, Presence.TOUCHED, List.of(new Right(OTHER, AccessRole.READER)),
            9)).isEqualTo(new Addition.Taken<>());
        assertThat(metadata.keys().at(OTHER)).hasSize(1);
        assertThat(metadata.keys().removeRight(added.id(), OTHER)).contains(key.fingerprint());
        assertThat(metadata.keys().removeRight(added.id(), OTHER)).isEmpty();
        assertThat(metadata.keys().removeRight(added.id(), TOOL)).contains(key.fingerprint());
        assertThat(metadata.keys().find(added.id())).isEmpty();
    }

    @Test
    void aUsersKeyIsNoDeployKey() {
        User ann = user("ann");
        PublicKey key = PublicKey.parse(KEY);
        metadata.keys().add(ann, key, Presence.VERIFIED).orElseThrow();
        assertThat(metadata.keys().addDeploy(ann, key, Presence.ANY, List.of(new Right(TOOL, AccessRole.READER)), 9))
            .isEqualTo(new Addition.Taken<>());
        assertThat(metadata.keys().credential(key.wireForm()).orElseThrow().presence()).isEqualTo(Presence.VERIFIED);
    }

    @Test
    void theLastUseIsNotedAndNeverGoesBack() {
        User ann = user("ann");
        Sha256 hash = Sha256.of(new byte[] {1});
        AccessToken token = metadata.tokens().add(ann, hash, Wanted.unlimited("", Optional.empty())).orElseThrow();
        Instant now = Instant.ofEpochMilli(clock.millis());
        metadata.tokens().used(Map.of(hash, now, Sha256.of(new byte[] {2}), now));
        metadata.tokens().used(Map.of(hash, now.minusSeconds(9)));
        assertThat(metadata.tokens().find(token.id()).orElseThrow().lastUsed()).contains(now);
    }

    @Test
    void theNearestVisibilityCounts() {
        cluster();
        Repository tool = active(1, TOOL.value());
        assertThat(tool.policy()).isEqualTo(Policy.PLAIN);
        metadata.policies().setVisibility(Scope.EVERYWHERE, Optional.of(Visibility.INTERNAL));
        metadata.policies().setVisibility(new Scope("team"), Optional.of(Visibility.PUBLIC));
        assertThat(policy(tool).visibility()).isEqualTo(Visibility.PUBLIC);
        metadata.policies().setVisibility(TOOL, Optional.of(Visibility.PRIVATE));
        assertThat(policy(tool).visibility()).isEqualTo(Visibility.PRIVATE);
        metadata.policies().setVisibility(TOOL, Optional.empty());
        metadata.policies().setVisibility(new Scope("team"), Optional.empty());
        assertThat(policy(tool).visibility()).isEqualTo(Visibility.INTERNAL);
    }

    private Policy policy(Repository repository) {
        return metadata.repositories().find(repository.id()).orElseThrow().policy();
    }

    private static RefRule rule(Scope scope, String pattern, AccessRole push) {
        return new RefRule(scope, pattern, Optional.of(push), Optional.empty(), Optional.empty());
    }

    @Test
    void rulesOfTheGroupsAboveHoldToo() {
        cluster();
        Repository tool = active(1, TOOL.value());
        RefRule main = rule(TOOL, "refs/heads/main", AccessRole.MAINTAINER);
        RefRule tags = rule(new Scope("team"), "refs/tags/**", AccessRole.WRITER);
        assertThat(metadata.policies().set(rule(TOOL, main.pattern(), AccessRole.READER))).isTrue();
        assertThat(metadata.policies().set(main)).isTrue();
        assertThat(metadata.policies().set(tags)).isTrue();
        assertThat(metadata.policies().set(rule(OTHER, "refs/heads/x", AccessRole.WRITER))).isTrue();
        assertThat(policy(tool).refRules()).containsExactlyInAnyOrder(main, tags);
        assertThat(metadata.policies().remove(TOOL, main.pattern())).isTrue();
        assertThat(metadata.policies().remove(TOOL, main.pattern())).isFalse();
        assertThat(policy(tool).refRules()).containsExactly(tags);
    }

    @Test
    void aScopeHasABoundedNumberOfRules() {
        IntStream.range(0, RefRule.AT_SCOPE_MAX).forEach(i -> assertThat(metadata.policies()
            .set(rule(TOOL, "refs/heads/b" + i, AccessRole.WRITER))).isTrue());
        assertThat(metadata.policies().set(rule(TOOL, "refs/heads/more", AccessRole.WRITER))).isFalse();
        assertThat(metadata.policies().set(rule(TOOL, "refs/heads/b0", AccessRole.MAINTAINER))).isTrue();
        assertThat(metadata.policies().rules(TOOL)).hasSize(RefRule.AT_SCOPE_MAX);
    }

    @Test
    void whatWasSetOnARepositoryGoesWithItAndEndsWithIt() {
        cluster();
        Repository tool = active(1, TOOL.value());
        metadata.policies().setVisibility(TOOL, Optional.of(Visibility.PUBLIC));
        metadata.policies().set(rule(TOOL, "refs/heads/main", AccessRole.MAINTAINER));
        assertThat(metadata.repositories().archive(tool.id(), true)).isTrue();
        RepoPath elsewhere = new RepoPath("crew/tool");
        assertThat(metadata.repositories().rename(tool.id(), tool.path(), elsewhere)).isTrue();
        Repository moved = metadata.repositories().follow(tool.path()).orElseThrow();
        assertThat(moved.path()).isEqualTo(elsewhere);
        assertThat(moved.policy()).isEqualTo(new Policy(Visibility.PUBLIC, true,
            List.of(rule(Scope.of(elsewhere), "refs/heads/main", AccessRole.MAINTAINER))));
        metadata.repositories().advance(tool.id(), Phase.ACTIVE, Phase.DELETING);
        metadata.repositories().remove(moved, Phase.DELETING);
        assertThat(metadata.repositories().follow(tool.path())).isEmpty();
        assertThat(active(2, elsewhere.value()).policy()).isEqualTo(Policy.PLAIN);
    }

    @Test
    void aNewRepositoryTakesThePlaceOfARedirect() {
        cluster();
        Repository tool = active(1, TOOL.value());
        metadata.repositories().rename(tool.id(), tool.path(), new RepoPath("crew/tool"));
        Repository second = active(2, TOOL.value());
        assertThat(metadata.repositories().follow(tool.path()).orElseThrow().id()).isEqualTo(second.id());
        assertThat(metadata.repositories().rename(second.id(), second.path(), new RepoPath("team/old"))).isTrue();
        assertThat(metadata.repositories().follow(tool.path()).orElseThrow().id()).isEqualTo(second.id());
    }

    private static Upstream upstream(int number) {
        return new Upstream(new UpstreamName("u" + number), Upstream.base("https://h" + number + ".example/scm"),
            Upstream.Credential.BASIC);
    }

    private static MigrationRule rule(Scope scope, Upstream to, int percent) {
        return new MigrationRule(scope, Optional.of(to.name()), new Share(percent), percent < 50);
    }

    @Test
    void upstreamsAndMigrationRulesAreWhatWasSetLast() {
        Upstreams upstreams = metadata.upstreams();
        assertThat(upstreams.plan().rules()).isEmpty();
        assertThat(upstreams.set(rule(TOOL, upstream(1), 10))).isEqualTo(Upstreams.Change.MISSING);
        assertThat(upstreams.set(upstream(1))).isEqualTo(Upstreams.Change.DONE);
        assertThat(upstreams.set(upstream(1))).isEqualTo(Upstreams.Change.DONE);
        Upstream changed = new Upstream(upstream(1).name(), Upstream.base("http://plain.example"),
            Upstream.Credential.NONE);
        upstreams.set(changed);
        upstreams.set(upstream(2));
        upstreams.set(rule(TOOL, upstream(1), 100));
        upstreams.set(rule(TOOL, upstream(1), 10));
        MigrationRule here = new MigrationRule(OTHER, Optional.empty(), new Share(0), false);
        upstreams.set(here);
        assertThat(upstreams.plan().upstreams()).containsExactly(changed, upstream(2));
        assertThat(upstreams.plan().rules()).containsExactly(here, rule(TOOL, upstream(1), 10));
        assertThat(upstreams.remove(upstream(1).name())).isEqualTo(Upstreams.Change.IN_USE);
        assertThat(upstreams.remove(TOOL)).isEqualTo(Upstreams.Change.DONE);
        assertThat(upstreams.remove(TOOL)).isEqualTo(Upstreams.Change.MISSING);
        assertThat(upstreams.remove(upstream(1).name())).isEqualTo(Upstreams.Change.DONE);
        assertThat(upstreams.remove(upstream(1).name())).isEqualTo(Upstreams.Change.MISSING);
        assertThat(upstreams.plan().rules()).containsExactly(here);
    }

    @Test
    void thereAreOnlySoManyUpstreamsAndMigrationRules() {
        Upstreams upstreams = metadata.upstreams();
        IntStream.range(0, Upstreams.COUNT_MAX).forEach(i -> upstreams.set(upstream(i)));
        assertThat(upstreams.set(upstream(Upstreams.COUNT_MAX))).isEqualTo(Upstreams.Change.TOO_MANY);
        assertThat(upstreams.plan().upstreams()).hasSize(Upstreams.COUNT_MAX);
        IntStream.range(0, MigrationRule.COUNT_MAX)
            .forEach(i -> upstreams.set(rule(new Scope("g" + i), upstream(1), 10)));
        assertThat(upstreams.set(rule(TOOL, upstream(1), 10))).isEqualTo(Upstreams.Change.TOO_MANY);
        assertThat(upstreams.set(rule(new Scope("g7"), upstream(1), 90))).isEqualTo(Upstreams.Change.DONE);
        assertThat(upstreams.plan().rules()).hasSize(MigrationRule.COUNT_MAX);
    }
}
