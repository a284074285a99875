package dev.trine.common.audit;

import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * An audit of a door that anybody may knock at. Whoever is refused without having signed in is told of ten times a
 * minute for each address, and the next line says how many had none. Of refused sign-ins it tells apart from the rest,
 * sixty times a minute: each, unless somebody tries out secrets. All else is told. Any thread.
 */
public final class ThinnedAudit implements Audit {
    /** So that one address does not fill what the audit may take by default before its lines are old. */
    private static final int LINES_PER_MINUTE = 10;
    private static final int SIGN_INS_PER_MINUTE = 60;

    private final Audit audit;
    private final TurnedAway signIns;
    private final TurnedAway others;

    /**
     * Tells another audit.
     *
     * @param audit closed by whoever opened it
     */
    public ThinnedAudit(Audit audit, LongSupplier nanoTime) {
        this.audit = audit;
        this.signIns = new TurnedAway(SIGN_INS_PER_MINUTE, nanoTime);
        this.others = new TurnedAway(LINES_PER_MINUTE, nanoTime);
    }

    @Override
    public Optional<String> refusal() {
        return audit.refusal();
    }

    @Override
    public void record(AuditEvent event) {
        if (event.result() != AuditResult.REFUSED || !event.actor().name().isEmpty()) {
            audit.record(event);
            return;
        }
        boolean signIn = event.action() == AuditAction.SIGN_IN;
        (signIn ? signIns : others).comes(event.actor().client()).ifPresent(count -> audit.record(count == 1 ? event
            : event.because(event.why() + " (" + count + (signIn ? " sign-ins" : " requests of nobody")
                + " from there were refused since the last such line)")));
    }

    @Override
    public void close() {
        // what it tells is not its own
    }
}
