package dev.trine.router.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.router.metadata.AccessToken.Kind;
import dev.trine.router.metadata.AccessToken.Wanted;
import java.time.Duration;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every metadata database must do so that a user has a bounded number of everything, and sees all that he may. */
abstract class BoundsContract extends SettingsContract {
    private static final Scope TEAM = new Scope("team");

    private final AtomicInteger numbers = new AtomicInteger();

    private PublicKey nextKey() {
        byte[] wireForm = PublicKey.parse(KEY).wireForm();
        wireForm[wireForm.length - 1] = (byte) numbers.getAndIncrement();
        return PublicKey.parse("ssh-ed25519 " + Base64.getEncoder().encodeToString(wireForm));
    }

    private Addition<SshKey> deployKey(User user, int most) {
        return metadata.keys().addDeploy(user, nextKey(), Presence.ANY, List.of(new Right(TEAM, AccessRole.READER)),
            most);
    }

    private Addition<AccessToken> token(User user, Kind kind, Optional<Duration> life, int most) {
        Rights rights = kind == Kind.PERSONAL ? Rights.ALL : new Rights(List.of(new Right(TEAM, AccessRole.READER)));
        return metadata.tokens().add(user, Sha256.of(new byte[] {(byte) numbers.getAndIncrement()}),
            new Wanted(kind, "", rights, false, life.map(clock.instant()::plus)), most);
    }

    private Addition<AccessToken> token(User user) {
        return token(user, Kind.PERSONAL, Optional.empty(), 2);
    }

    @Test
    void aUserHasOnlySoManyGrantsAndChangesThoseThatHeHas() throws Exception {
        User ann = user("ann");
        List<Boolean> set = atOnce(6, () -> metadata.grants().set(ann, new Scope("g" + numbers.getAndIncrement()),
            AccessRole.READER, 3));
        assertThat(Collections.frequency(set, true)).isEqualTo(3);
        List<Grant> has = metadata.grants().list(Optional.of(ann), Optional.empty());
        assertThat(has).hasSize(3);
        assertThat(metadata.grants().set(ann, has.getFirst().scope(), AccessRole.WRITER, 2)).isTrue();
        assertThat(metadata.grants().set(ann, TEAM, AccessRole.WRITER, 3)).isFalse();
        assertThat(metadata.grants().list(Optional.of(ann), Optional.empty())).hasSize(3)
            .contains(new Grant(ann.name(), has.getFirst().scope(), AccessRole.WRITER));
        assertThat(metadata.grants().set(user("bob"), TEAM, AccessRole.WRITER, 1)).isTrue();
        metadata.grants().remove(ann, has.getLast().scope());
        assertThat(metadata.grants().set(ann, TEAM, AccessRole.WRITER, 3)).isTrue();
    }

    @Test
    void aUserHasOnlySoManyKeysAndAsManyDeployKeys() throws Exception {
        User ann = user("ann");
        List<Addition<SshKey>> own = atOnce(6, () -> metadata.keys().add(ann, nextKey(), Presence.ANY, 3));
        assertThat(own).filteredOn(new Addition.TooMany<>()::equals).hasSize(3);
        assertThat(metadata.keys().list(Optional.of(ann))).hasSize(3);
        List<Addition<SshKey>> deploy = atOnce(6, () -> deployKey(ann, 3));
        assertThat(deploy).filteredOn(new Addition.TooMany<>()::equals).hasSize(3);
        assertThat(metadata.keys().list(Optional.of(ann))).hasSize(6);
        assertThat(deployKey(user("bob"), 1).added()).isPresent();
        PublicKey first = nextKey();
        assertThat(metadata.keys().add(ann, first, Presence.ANY, 4).added()).isPresent();
        assertThat(metadata.keys().add(ann, first, Presence.ANY, 5)).isEqualTo(new Addition.Taken<>());
        assertThat(metadata.keys().add(ann, first, Presence.ANY, 4)).isEqualTo(new Addition.Taken<>());
        assertThat(metadata.keys().add(ann, nextKey(), Presence.ANY, 4)).isEqualTo(new Addition.TooMany<>());
        metadata.keys().remove(metadata.keys().list(Optional.of(ann)).getLast().id());
        assertThat(metadata.keys().add(ann, first, Presence.ANY, 4).added()).isPresent();
    }

    @Test
    void aDeployKeyThatIsRegisteredGetsFurtherRightsWhoeverHasHowMany() {
        User ann = user("ann");
        PublicKey key = nextKey();
        metadata.keys().addDeploy(ann, key, Presence.ANY, List.of(new Right(TEAM, AccessRole.READER)), 1);
        assertThat(metadata.keys().addDeploy(ann, key, Presence.ANY, List.of(new Right(new Scope("crew"),
            AccessRole.READER)), 1).added()).isPresent();
        assertThat(deployKey(ann, 1)).isEqualTo(new Addition.TooMany<>());
    }

    @Test
    void aUserHasOnlySoManyTokensThatWork() throws Exception {
        User ann = user("ann");
        List<Addition<AccessToken>> made = atOnce(6, () -> token(ann));
        assertThat(made).filteredOn(new Addition.TooMany<>()::equals).hasSize(4);
        assertThat(token(ann, Kind.DEPLOY, Optional.empty(), 2).added()).isPresent();
        assertThat(token(ann, Kind.PROJECT, Optional.empty(), 2).added()).isPresent();
        assertThat(token(ann, Kind.DEPLOY, Optional.empty(), 2)).isEqualTo(new Addition.TooMany<>());
        assertThat(token(user("bob")).added()).isPresent();
        metadata.tokens().revoke(metadata.tokens().list(Optional.of(ann)).getFirst().id());
        assertThat(token(ann, Kind.PERSONAL, Optional.of(Duration.ofSeconds(60)), 2).added()).isPresent();
        assertThat(token(ann)).isEqualTo(new Addition.TooMany<>());
        clock.forward(Duration.ofSeconds(60));
        assertThat(token(ann).added()).isPresent();
    }

    @Test
    void aRevokedTokenOfAnAdministratorIsNeverAddedAgain() {
        User root = metadata.users().create(new UserName("root"), true).orElseThrow();
        Sha256 configured = Sha256.of(new byte[] {99});
        Wanted wanted = Wanted.unlimited("", Optional.empty());
        metadata.tokens().revoke(metadata.tokens().add(root, configured, wanted).orElseThrow().id());
        for (int i = 0; i < 3; i++) {
            metadata.tokens().revoke(token(root, Kind.PERSONAL, Optional.empty(), 1).added().orElseThrow().id());
        }
        assertThat(metadata.tokens().add(root, configured, wanted)).isEmpty();
        assertThat(metadata.tokens().credential(configured)).isEmpty();
    }

    @Test
    void repositoriesAreListedOfHoweverManyScopes() {
        cluster();
        List<String> paths = List.of("s0/a", "s1/a", "s499/a", "s500/a", "s999/a", "s1000/a", "s1000/b", "t/a");
        IntStream.range(0, paths.size()).forEach(i -> active(i + 1, paths.get(i)));
        List<Scope> scopes = IntStream.range(0, 1_001).mapToObj(i -> new Scope("s" + i)).toList();
        assertThat(listed("", scopes, 10))
            .containsExactly("s0/a", "s1/a", "s1000/a", "s1000/b", "s499/a", "s500/a", "s999/a");
        assertThat(listed("", scopes, 3)).containsExactly("s0/a", "s1/a", "s1000/a");
        assertThat(listed("s1000/a", scopes, 2)).containsExactly("s1000/b", "s499/a");
    }

    private List<String> listed(String after, List<Scope> within, int limit) {
        return metadata.repositories().list(after, within, limit).stream()
            .map(repository -> repository.path().value()).toList();
    }

    @Test
    void ofTokensThatHaveEndedTheLastOnesAreKept() {
        User ann = user("ann");
        token(ann, Kind.DEPLOY, Optional.of(Duration.ofSeconds(1)), 2);
        User bob = user("bob");
        metadata.tokens().revoke(token(bob).added().orElseThrow().id());
        long first = token(ann).added().orElseThrow().id();
        metadata.tokens().revoke(first);
        long second = token(ann, Kind.PERSONAL, Optional.of(Duration.ofSeconds(1)), 2).added().orElseThrow().id();
        clock.forward(Duration.ofSeconds(1));
        long third = token(ann).added().orElseThrow().id();
        metadata.tokens().revoke(third);
        assertThat(metadata.tokens().find(first)).isPresent();
        long fourth = token(ann).added().orElseThrow().id();
        assertThat(metadata.tokens().list(Optional.of(ann))).filteredOn(token -> token.made().kind() == Kind.PERSONAL)
            .extracting(AccessToken::id).containsExactly(second, third, fourth);
        assertThat(metadata.tokens().list(Optional.of(ann))).hasSize(4);
        assertThat(metadata.tokens().list(Optional.of(bob))).hasSize(1);
    }
}
