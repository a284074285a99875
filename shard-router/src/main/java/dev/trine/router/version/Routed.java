package dev.trine.router.version;

import dev.trine.common.model.ReadPoint;
import dev.trine.router.metadata.Repository;
import dev.trine.router.nodes.ProbeOutcome;
import dev.trine.router.routing.Decision;
import java.util.List;

/**
 * Where a request goes, or why nowhere, with what led there.
 *
 * @param repository as the directory knows it now
 * @param decision   the last one: Serve, Gone or Refuse, and for an explanation perhaps Repair
 * @param repaired   a repair preceded the decision
 * @param answers    of the last probe, in order of arrival
 * @param reasons    of all probes, in order
 */
public record Routed(Repository repository, Decision decision, boolean repaired, List<ProbeOutcome> answers,
                     List<String> reasons) {
    /** The decision in a word: committed, proof, holder, repair, stale or refused. */
    public String word() {
        return switch (decision) {
            case Decision.Serve serve -> repaired ? "repair" : switch (serve.from()) {
                case ReadPoint.Committed committed -> "committed";
                case ReadPoint.Proof proof -> "proof";
                case ReadPoint.AsHolder holder -> "holder";
                case ReadPoint.StaleAllowed stale -> "stale";
            };
            case Decision.Gone gone -> "refused";
            case Decision.Refuse refuse -> "refused";
            case Decision.Repair repair -> "repair";
            case Decision.AwaitMore more -> throw undecided(more);
            case Decision.Restart restart -> throw undecided(restart);
        };
    }

    /** Number of the rule of docs/PROTOCOL.md, section 6.1, that the decision rests on; 0: none, as for a refusal. */
    public int rule() {
        return switch (word()) {
            case "committed" -> 1;
            case "proof" -> 2;
            case "holder" -> 3;
            case "repair" -> 4;
            default -> 0;
        };
    }

    /** What a caller throws who meets a decision that {@link Routes} never ends with. */
    public static IllegalStateException undecided(Decision decision) {
        return new IllegalStateException("version routing ended undecided: " + decision);
    }
}
