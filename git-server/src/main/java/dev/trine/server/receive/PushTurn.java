package dev.trine.server.receive;

import dev.trine.server.admission.Claimant;
import dev.trine.server.admission.Turn;
import dev.trine.server.admission.Turns;
import dev.trine.server.admission.Waiting;
import dev.trine.server.hosting.PushSession;
import dev.trine.server.pkt.OverLimitException;
import java.io.IOException;
import java.util.Optional;

/** The turn of one push for working through its pack, waited for when the pack has arrived. Used by one thread. */
final class PushTurn implements PushSession.Arrival, AutoCloseable {
    private final Turns turns;
    private final Claimant who;
    private final Waiting client;
    private Optional<Turn> turn = Optional.empty();
    private Optional<OverLimitException> none = Optional.empty();

    PushTurn(Turns turns, Claimant who, Waiting client) {
        this.turns = turns;
        this.who = who;
        this.client = client;
    }

    @Override
    public Optional<String> arrived() throws IOException {
        try {
            turn = Optional.of(turns.await(who, this, client));
            return Optional.empty();
        } catch (OverLimitException e) {
            none = Optional.of(e);
            return Optional.of(e.getMessage());
        }
    }

    /** Fails if there was no turn. */
    void require() throws OverLimitException {
        if (none.isPresent()) {
            throw none.get();
        }
    }

    @Override
    public void close() {
        turn.ifPresent(Turn::close);
    }
}
