package dev.trine.common.relay;

import dev.trine.common.audit.AuditActor;
import dev.trine.proto.Credential;

/**
 * Somebody who has signed in, or has not.
 *
 * @param name       as he is greeted and logged; may change
 * @param credential by what he signed in, as the router said; handed back to it with every question
 */
public record User(String name, Credential credential) {
    /** Who has not signed in: he may do what everybody may. */
    public static final User ANONYMOUS = new User("", Credential.newBuilder().setName("anonymous").build());

    /** Whether he has not signed in. */
    public boolean isAnonymous() {
        return this.equals(ANONYMOUS);
    }

    /** The same for the audit, with the address that he came from and the door that he came in by. */
    public AuditActor actor(String client, String door) {
        return isAnonymous() ? AuditActor.unknown(client, door)
            : new AuditActor(name, credential.getUserId(), credential.getName(), client, door);
    }

    /** Whether no person stands behind it: a deploy key, or a token that acts for itself. */
    public boolean actsForItself() {
        return !isAnonymous() && credential.getUserId() == 0;
    }
}
