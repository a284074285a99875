package dev.trine.router.accounts;

import dev.trine.router.answer.Answer;
import dev.trine.router.answer.Refusal;
import dev.trine.router.directory.Directory;
import dev.trine.router.metadata.Access;
import dev.trine.router.metadata.AccessToken;
import dev.trine.router.metadata.Metadata;
import dev.trine.router.metadata.PublicKey;
import dev.trine.router.metadata.SshKey;
import dev.trine.router.metadata.TokenSecret;
import dev.trine.router.metadata.UserName;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Keys and tokens: everybody looks after his own, administrators after everybody's. Any thread. */
public final class Credentials {
    private static final int LABEL_CHARS_MAX = 200;
    private static final Duration LIFE_MAX = Duration.ofDays(36_500);

    private final Metadata metadata;
    private final Directory directory;
    private final Accounts accounts;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    public Credentials(Metadata metadata, Directory directory, Accounts accounts, Clock clock) {
        this.metadata = metadata;
        this.directory = directory;
        this.accounts = accounts;
        this.clock = clock;
    }

    /** Registers a key. */
    public Answer<SshKey> addKey(Access caller, UserName user, PublicKey key) {
        return accounts.ownOrAdmin(caller, user).then(owner -> Answer.of(metadata.keys().add(owner, key),
            Refusal.taken("the key " + key.fingerprint().asFingerprint() + " is registered already; a key belongs to"
                + " one user")));
    }

    /** A user's keys, or everybody's. */
    public Answer<List<SshKey>> keys(Access caller, Optional<UserName> of) {
        return accounts.ownOrAdmin(caller, of).map(owner -> metadata.keys().list(owner));
    }

    /** Removes a key. */
    public Answer<SshKey> removeKey(Access caller, long id) {
        return Answer.of(metadata.keys().find(id).filter(key -> mayTouch(caller, key.user())),
            Refusal.notFound("there is no key " + id + "; list them with 'trine key list'")).map(key -> {
                metadata.keys().remove(id).ifPresent(directory::changedKey);
                return key;
            });
    }

    private static boolean mayTouch(Access caller, UserName owner) {
        return caller.user().admin() || caller.user().name().equals(owner);
    }

    /** A new token with its text, which is stored nowhere. */
    public record NewToken(AccessToken token, TokenSecret secret) {
    }

    /** Makes a token that works for so long; empty: for ever. */
    public Answer<NewToken> createToken(Access caller, UserName user, String label, Optional<Duration> life) {
        if (label.codePointCount(0, label.length()) > LABEL_CHARS_MAX
            || life.filter(asked -> asked.compareTo(LIFE_MAX) > 0).isPresent()) {
            return Answer.refuse(new Refusal(Refusal.Reason.MALFORMED, "a token's label has at most "
                + LABEL_CHARS_MAX + " characters, and it lives at most " + LIFE_MAX.toDays() + " days"));
        }
        TokenSecret secret = TokenSecret.random(random);
        Optional<Instant> expires = life.map(clock.instant()::plus);
        return accounts.ownOrAdmin(caller, user).then(owner -> Answer.of(
            metadata.tokens().add(owner, secret.hash(), label, expires),
            Refusal.taken("that very token exists already"))).map(token -> new NewToken(token, secret));
    }

    /** A user's tokens, or everybody's. */
    public Answer<List<AccessToken>> tokens(Access caller, Optional<UserName> of) {
        return accounts.ownOrAdmin(caller, of).map(owner -> metadata.tokens().list(owner));
    }

    /** Revokes a token. */
    public Answer<AccessToken> revokeToken(Access caller, long id) {
        return Answer.of(metadata.tokens().find(id).filter(token -> mayTouch(caller, token.user())),
            Refusal.notFound("there is no token " + id + "; list them with 'trine token list'")).map(token -> {
                metadata.tokens().revoke(id).ifPresent(directory::changedToken);
                return token;
            });
    }
}
