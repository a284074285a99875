package dev.trine.router.accounts;

import dev.trine.router.answer.Answer;
import dev.trine.router.answer.Refusal;
import dev.trine.router.directory.Directory;
import dev.trine.router.metadata.Access;
import dev.trine.router.metadata.AccessRole;
import dev.trine.router.metadata.AccessToken;
import dev.trine.router.metadata.AccessToken.Kind;
import dev.trine.router.metadata.AccessToken.Wanted;
import dev.trine.router.metadata.Addition;
import dev.trine.router.metadata.KeyRules;
import dev.trine.router.metadata.Metadata;
import dev.trine.router.metadata.Presence;
import dev.trine.router.metadata.PublicKey;
import dev.trine.router.metadata.Right;
import dev.trine.router.metadata.Rights;
import dev.trine.router.metadata.Scope;
import dev.trine.router.metadata.SshKey;
import dev.trine.router.metadata.TokenSecret;
import dev.trine.router.metadata.User;
import dev.trine.router.metadata.UserName;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Keys and tokens. Everybody looks after his own, administrators after everybody's, and who maintains a repository or
 * group after the credentials that act for themselves there. Nobody makes one that allows more than his own does. Any
 * thread.
 */
public final class Credentials {
    private static final int LABEL_CHARS_MAX = 200;
    private static final Duration LIFE_MAX = Duration.ofDays(36_500);

    private final Metadata metadata;
    private final Directory directory;
    private final Accounts accounts;
    private final Clock clock;
    private final KeyRules rules;
    private final UserLimits limits;
    private final SecureRandom random = new SecureRandom();

    /**
     * Keys and tokens.
     *
     * @param rules  which keys may be registered
     * @param limits how many of them, and of tokens, one user may have
     */
    public Credentials(Metadata metadata, Directory directory, Accounts accounts, Clock clock, KeyRules rules,
                       UserLimits limits) {
        this.rules = rules;
        this.limits = limits;
        this.metadata = metadata;
        this.directory = directory;
        this.accounts = accounts;
        this.clock = clock;
    }

    /** Registers a key that signs a user in. */
    public Answer<SshKey> addKey(Access caller, UserName user, PublicKey key, Presence presence) {
        return unlimited(caller).then(may -> accounts.ownOrAdmin(caller, user))
            .then(owner -> good(key).then(good -> added(metadata.keys().add(owner, key, presence,
                limits.keysPerUserMax()), taken(key), limits.tooManyKeys(owner.name()))));
    }

    private static <T> Answer<T> added(Addition<T> addition, Refusal taken, Refusal tooMany) {
        return switch (addition) {
            case Addition.Done<T> done -> Answer.of(done.value());
            case Addition.Taken<T> not -> Answer.refuse(taken);
            case Addition.TooMany<T> not -> Answer.refuse(tooMany);
        };
    }

    private Answer<PublicKey> good(PublicKey key) {
        return rules.objection(key)
            .<Answer<PublicKey>>map(why -> Answer.refuse(new Refusal(Refusal.Reason.MALFORMED, why)))
            .orElseGet(() -> Answer.of(key));
    }

    /** Registers a deploy key, or gives one that is registered more rights. */
    public Answer<SshKey> addDeployKey(Access caller, PublicKey key, Presence presence, Rights rights) {
        return mayGive(caller, Kind.DEPLOY, rights).then(may -> good(key)).then(good -> {
            Addition<SshKey> added = metadata.keys().addDeploy(caller.user(), key, presence, rights.each(),
                limits.keysPerUserMax());
            directory.changedKey(key.fingerprint());
            return added(added, taken(key), limits.tooManyDeployKeys(caller.user().name()))
                .map(all -> seen(caller, all));
        });
    }

    /** A key without the rights that others gave it where the caller may see nothing. */
    private static SshKey seen(Access caller, SshKey key) {
        return key.showing(right -> caller.may(AccessRole.READER, right.scope()));
    }

    private static Refusal taken(PublicKey key) {
        return Refusal.taken("the key " + key.fingerprint().asFingerprint() + " is registered already; a key signs one"
            + " user in, or is a deploy key with at most " + Rights.MAX + " rights that proves the same for all of them"
            + " (--touch-required, --verify-required)");
    }

    /** Keys that a user registered, or everybody. */
    public Answer<List<SshKey>> keys(Access caller, Optional<UserName> of) {
        return accounts.ownOrAdmin(caller, of).map(owner -> metadata.keys().list(owner).stream()
            .map(key -> seen(caller, key)).toList());
    }

    /** Deploy keys that have a right at exactly that path. */
    public Answer<List<SshKey>> keysAt(Access caller, Scope path) {
        return maintainer(caller, path).map(may -> metadata.keys().at(path).stream()
            .map(key -> seen(caller, key)).toList());
    }

    /** Removes a key, or a deploy key's right at one path. */
    public Answer<SshKey> removeKey(Access caller, long id, Optional<Scope> at) {
        Refusal missing = Refusal.notFound("there is no key " + id + at.map(scope -> " with a right at " + scope)
            .orElse("") + "; list them with 'trine key list'");
        return Answer.of(metadata.keys().find(id).filter(key -> at.isPresent()
                ? caller.may(AccessRole.MAINTAINER, at.get())
                : key.deploy().map(rights -> mayEnd(caller, Optional.of(key.user()), rights))
                    .orElseGet(() -> mayTouch(caller, key.user()))), missing)
            .then(key -> {
                var gone = at.isPresent() ? metadata.keys().removeRight(id, at.get()) : metadata.keys().remove(id);
                gone.ifPresent(directory::changedKey);
                return gone.isPresent() ? Answer.of(key) : Answer.refuse(missing);
            });
    }

    private static boolean mayTouch(Access caller, UserName owner) {
        return caller.administersCluster() || caller.limits().isAll() && caller.user().name().equals(owner);
    }

    /** Whether he may end a credential that acts for itself; whoever made it may if it has no right left. */
    private static boolean mayEnd(Access caller, Optional<UserName> maker, Rights rights) {
        return caller.administersCluster() || (rights.each().isEmpty()
            ? maker.filter(name -> mayTouch(caller, name)).isPresent()
            : rights.each().stream().allMatch(right -> caller.may(AccessRole.MAINTAINER, right.scope())));
    }

    /** A new token with its text, which is stored nowhere. */
    public record NewToken(AccessToken token, TokenSecret secret) {
    }

    /** Makes a token that works for so long; empty: for ever. */
    public Answer<NewToken> createToken(Access caller, UserName user, Wanted asked, Optional<Duration> life) {
        if (asked.label().codePointCount(0, asked.label().length()) > LABEL_CHARS_MAX
            || life.filter(time -> time.compareTo(LIFE_MAX) > 0).isPresent()) {
            return Answer.refuse(new Refusal(Refusal.Reason.MALFORMED, "a token's label has at most "
                + LABEL_CHARS_MAX + " characters, and it lives at most " + LIFE_MAX.toDays() + " days"));
        }
        TokenSecret secret = TokenSecret.random(asked.kind(), random);
        Optional<Instant> expires = life.map(clock.instant()::plus);
        Wanted wanted = new Wanted(asked.kind(), asked.label(), asked.rights(), asked.api(), expires);
        return ownerOf(caller, user, wanted).then(owner -> added(
            metadata.tokens().add(owner, secret.hash(), wanted, limits.tokensPerUserMax()),
            Refusal.taken("that very token exists already"), wanted.kind() == Kind.PERSONAL
                ? limits.tooManyTokens(owner.name()) : limits.tooManyDeployTokens(owner.name())))
            .map(token -> new NewToken(token, secret));
    }

    private Answer<User> ownerOf(Access caller, UserName user, Wanted wanted) {
        if (wanted.kind() == Kind.WORKLOAD) {
            return Answer.refuse(new Refusal(Refusal.Reason.MALFORMED, "a workload's token is had by exchange only, see"
                + " workload.issuers of the router"));
        }
        if (wanted.kind() == Kind.PERSONAL) {
            return unlimited(caller).then(may -> accounts.ownOrAdmin(caller, user));
        }
        if (wanted.api()) {
            return Answer.refuse(new Refusal(Refusal.Reason.MALFORMED,
                "only a personal token can call the administration service; leave --api out"));
        }
        return mayGive(caller, wanted.kind(), wanted.rights()).map(may -> caller.user());
    }

    /** Whether those rights may be given to a credential that acts for itself. */
    private static Answer<Access> mayGive(Access caller, Kind kind, Rights rights) {
        AccessRole most = kind == Kind.PROJECT ? AccessRole.MAINTAINER : AccessRole.WRITER;
        if (rights.each().isEmpty() || rights.each().stream().anyMatch(right -> !most.contains(right.role()))) {
            return Answer.refuse(new Refusal(Refusal.Reason.MALFORMED, "a deploy key or token needs at least one path"
                + " that it is for, with the role of reader or writer; a project token has the role of maintainer at"
                + " most"));
        }
        Optional<Right> foreign = rights.each().stream()
            .filter(right -> !caller.may(AccessRole.MAINTAINER, right.scope())).findFirst();
        return foreign.isEmpty() ? unlimited(caller) : maintainer(caller, foreign.get().scope());
    }

    private static Answer<Access> maintainer(Access caller, Scope at) {
        return caller.may(AccessRole.MAINTAINER, at) ? Answer.of(caller)
            : Answer.refuse(Refusal.forbidden("you are not a maintainer of '" + at + "'; ask one of its maintainers or"
                + " administrators"));
    }

    /** What a token with limits made could allow more than it does, or work longer. */
    private static Answer<Access> unlimited(Access caller) {
        return caller.limits().isAll() ? Answer.of(caller)
            : Answer.refuse(Refusal.forbidden("your access token has limits, and such a one cannot make keys or tokens;"
                + " use one without limits"));
    }

    /** Tokens that a user made or that are his, or everybody's. */
    public Answer<List<AccessToken>> tokens(Access caller, Optional<UserName> of) {
        return accounts.ownOrAdmin(caller, of).map(owner -> metadata.tokens().list(owner));
    }

    /** Tokens that act for themselves and have a right at exactly that path. */
    public Answer<List<AccessToken>> tokensAt(Access caller, Scope path) {
        return maintainer(caller, path).map(may -> metadata.tokens().at(path).stream()
            .map(token -> token.showing(right -> caller.may(AccessRole.READER, right.scope()))).toList());
    }

    /** Revokes a token. */
    public Answer<AccessToken> revokeToken(Access caller, long id) {
        return Answer.of(metadata.tokens().find(id).filter(token -> token.made().kind() == Kind.PERSONAL
                ? token.user().filter(owner -> mayTouch(caller, owner)).isPresent()
                : mayEnd(caller, token.user(), token.made().rights())),
            Refusal.notFound("there is no token " + id + "; list them with 'trine token list'")).map(token -> {
                metadata.tokens().revoke(id).ifPresent(directory::changedToken);
                return token;
            });
    }
}
