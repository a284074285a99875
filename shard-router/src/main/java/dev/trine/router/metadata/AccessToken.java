package dev.trine.router.metadata;

import java.time.Instant;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * An access token without its text.
 *
 * @param id       never reused
 * @param user     whom it acts for, or who made it if it acts for itself; empty: nobody made a workload's
 * @param made     what was asked for
 * @param created  when it was made
 * @param revoked  it does not work any more
 * @param lastUsed when it was presented last, to a few minutes
 */
public record AccessToken(long id, Optional<UserName> user, Wanted made, Instant created, boolean revoked,
                          Optional<Instant> lastUsed) {
    /** For whom a token acts. */
    public enum Kind {
        /** For its user. */
        PERSONAL,
        /** For itself, to read or push at the paths of its rights. */
        DEPLOY,
        /** As DEPLOY, up to the role of maintainer in whole groups. */
        PROJECT,
        /** As PROJECT, for a CI job that showed a signed statement of who it is; its label is the workload's name. */
        WORKLOAD
    }

    /**
     * A token as somebody wants it.
     *
     * @param kind    for whom it acts
     * @param label   what it is for, for people
     * @param rights  what it allows at most
     * @param api     whether it may call the administration service
     * @param expires when it stops working by itself; empty: never
     */
    public record Wanted(Kind kind, String label, Rights rights, boolean api, Optional<Instant> expires) {
        /** A personal token that allows all that its user may. */
        public static Wanted unlimited(String label, Optional<Instant> expires) {
            return new Wanted(Kind.PERSONAL, label, Rights.ALL, true, expires);
        }
    }

    /** The same token, of whose rights only some are shown. */
    public AccessToken showing(Predicate<Right> which) {
        return new AccessToken(id, user, new Wanted(made.kind(), made.label(), made.rights().only(which), made.api(),
            made.expires()), created, revoked, lastUsed);
    }

    /** Its name among all credentials. */
    public static String nameOf(long id) {
        return "token " + id;
    }
}
