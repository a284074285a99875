package dev.trine.common.audit;

import java.util.Locale;

/** What was done, or asked for. */
public enum AuditAction {
    /** Somebody showed a credential. */
    SIGN_IN,
    /** Refs were listed: an advertisement, or ls-refs. */
    LIST_REFS,
    /** A pack was fetched by who said that he had nothing. */
    CLONE,
    /** A pack was fetched by who had something, or it is not known what he had. */
    FETCH,
    /** A round of a fetch over HTTP, after which there is another one. */
    NEGOTIATE,
    /** Refs were changed from outside. */
    PUSH,
    /** Files were downloaded without Git. */
    DOWNLOAD,
    /** A command of the SSH proxy, other than Git's. */
    COMMAND,
    /** A call of the administration service. */
    ADMIN,
    /** Something about the audit itself: it began, or lines were lost or set aside. */
    AUDIT;

    /** As it stands in lines. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
