package dev.trine.common.audit;

/**
 * What became of one ref.
 *
 * @param ref    full name
 * @param oldId  object id that it had, in hexadecimal; empty: it did not exist
 * @param newId  object id that it was to get; empty: it was to be deleted
 * @param result "ok", or why it was not changed
 */
public record AuditedRef(String ref, String oldId, String newId, String result) {
    /** How many refs a line names; of more it says the number. */
    public static final int REFS_MAX = 100;
    private static final int CHARS_MAX = 512;

    public AuditedRef {
        ref = AuditText.bounded(ref, CHARS_MAX);
        oldId = AuditText.bounded(oldId, CHARS_MAX);
        newId = AuditText.bounded(newId, CHARS_MAX);
        result = AuditText.bounded(result, CHARS_MAX);
    }

    long chars() {
        return (long) ref.length() + oldId.length() + newId.length() + result.length();
    }
}
