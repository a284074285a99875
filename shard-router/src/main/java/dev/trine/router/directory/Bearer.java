package dev.trine.router.directory;

import dev.trine.router.metadata.Access;
import dev.trine.router.metadata.AccessRole;
import dev.trine.router.metadata.Credential;
import dev.trine.router.metadata.Scope;
import java.util.Optional;

/**
 * Who presents a credential that works.
 *
 * @param credential what he presents
 * @param user       the user, within what the credential allows; empty: the credential acts for itself, or is nobody's
 */
public record Bearer(Credential credential, Optional<Access> user) {
    /** His name for messages, logs and the audit. */
    public String name() {
        return user.map(access -> access.user().name().value()).orElse(credential.name());
    }

    /** The highest role that he was given there, by grants or by the credential itself; empty: none. */
    public Optional<AccessRole> roleAt(Scope where) {
        return user.isPresent() ? user.get().roleAt(where) : credential.rights().at(where);
    }
}
