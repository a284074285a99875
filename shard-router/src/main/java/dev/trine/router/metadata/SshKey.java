package dev.trine.router.metadata;

import java.time.Instant;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A registered SSH key.
 *
 * @param id          never reused
 * @param user        whose it is, or who registered it if it is a deploy key
 * @param fingerprint as OpenSSH shows it
 * @param type        for example "ssh-ed25519"
 * @param remark      for people
 * @param created     when it was registered
 * @param deploy      what it allows, acting for itself; empty: it signs its user in
 * @param presence    what a security key must prove
 * @param lastUsed    when it signed somebody in last, to a few minutes
 */
public record SshKey(long id, UserName user, String fingerprint, String type, String remark, Instant created,
                     Optional<Rights> deploy, Presence presence, Optional<Instant> lastUsed) {
    /** The same key, of whose rights only some are shown. */
    public SshKey showing(Predicate<Right> which) {
        return new SshKey(id, user, fingerprint, type, remark, created, deploy.map(rights -> rights.only(which)),
            presence, lastUsed);
    }

    /** Its name among all credentials. */
    public static String nameOf(long id) {
        return "key " + id;
    }
}
