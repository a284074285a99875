package dev.trine.common.audit;

import java.util.Locale;

/** What came of it. */
public enum AuditResult {
    /** It was done. */
    OK,
    /** It was not done: he may not, it is not there, a limit was reached, or a part is away. */
    REFUSED,
    /** It broke off; some of it may have been done. */
    BROKEN;

    /** As it stands in lines. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
