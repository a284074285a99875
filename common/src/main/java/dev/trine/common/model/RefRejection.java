package dev.trine.common.model;

/** Why one ref was not changed. */
public record RefRejection(RefName name, Reason reason) {
    /** The reasons, with the words that Git's report-status uses. */
    public enum Reason {
        STALE_OLD_VALUE("fetch first"),
        NAME_CONFLICT("a directory and a file of that name would exist"),
        TRANSACTION_ABORTED("atomic transaction failed");

        private final String text;

        Reason(String text) {
            this.text = text;
        }

        /** The words for report-status. */
        public String text() {
            return text;
        }
    }
}
