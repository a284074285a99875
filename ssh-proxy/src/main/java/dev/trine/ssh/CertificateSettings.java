package dev.trine.ssh;

import dev.trine.common.config.Default;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Which user certificates sign in. The files are read again when they change.
 *
 * @param authorities     files with public keys, one per line, of the authorities whose certificates are trusted
 * @param krl             revoked keys and certificates, in the format of ssh-keygen -k; holds for plain keys as well
 * @param forced          whether plain keys, also those that are registered, do not sign in
 * @param principalPrefix what a principal begins with that names a user of Trine; other principals are passed over
 */
public record CertificateSettings(@Default("[]") List<Path> authorities, Optional<Path> krl,
                                  @Default("false") boolean forced, @Default("") String principalPrefix) {
    public CertificateSettings {
        authorities = List.copyOf(authorities);
        if (forced && authorities.isEmpty()) {
            throw new IllegalArgumentException("forced leaves nobody who could sign in: name the authorities");
        }
    }
}
