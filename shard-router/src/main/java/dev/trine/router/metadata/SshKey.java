package dev.trine.router.metadata;

import java.time.Instant;

/**
 * A registered SSH key.
 *
 * @param id          never reused
 * @param user        whose it is
 * @param fingerprint as OpenSSH shows it
 * @param type        for example "ssh-ed25519"
 * @param remark      for people
 * @param created     when it was registered
 */
public record SshKey(long id, UserName user, String fingerprint, String type, String remark, Instant created) {
}
