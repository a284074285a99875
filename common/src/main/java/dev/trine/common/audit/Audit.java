package dev.trine.common.audit;

import java.util.Optional;

/** Where a service says what it did. Called by many threads; nothing here waits for a disk. */
public interface Audit extends AutoCloseable {
    /** Keeps nothing and refuses nothing: of a service without a directory for it. */
    Audit NONE = new Audit() {
        @Override
        public Optional<String> refusal() {
            return Optional.empty();
        }

        @Override
        public void record(AuditEvent event) {
            // nobody wants to know
        }

        @Override
        public void close() {
            // nothing was opened
        }
    };

    /**
     * Why nothing may be begun now, in a sentence for the user: the audit cannot be written, and the operator wants
     * nothing to be done without it. Empty: it may.
     */
    Optional<String> refusal();

    /** Notes something that is over. */
    void record(AuditEvent event);
}
