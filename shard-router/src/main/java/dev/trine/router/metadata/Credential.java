package dev.trine.router.metadata;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What somebody presents to show who he is.
 *
 * @param name     for people, logs and the audit, for example "token 12"; unique
 * @param user     id of the user whom it acts for, within its rights; empty: it acts for itself alone
 * @param rights   what it allows at most
 * @param api      whether it may call the administration service
 * @param expires  when it stops working by itself; empty: never
 * @param presence what a security key must prove when it signs
 */
public record Credential(String name, OptionalLong user, Rights rights, boolean api, Optional<Instant> expires,
                         Presence presence) {
    /** Nobody's: what everybody may without signing in. */
    public static final Credential ANONYMOUS =
        new Credential("anonymous", OptionalLong.empty(), Rights.NONE, false, Optional.empty(), Presence.ANY);

    /** A credential of a user that allows all that he may. */
    public static Credential unlimited(String name, long user) {
        return new Credential(name, OptionalLong.of(user), Rights.ALL, true, Optional.empty(), Presence.ANY);
    }

    /** The credential as it works at that time; empty: it does not. */
    public Optional<Credential> at(Instant now) {
        return expires.filter(end -> !end.isAfter(now)).isPresent() ? Optional.empty()
            : Optional.of(new Credential(name, user, rights.at(now), api, expires, presence));
    }
}
