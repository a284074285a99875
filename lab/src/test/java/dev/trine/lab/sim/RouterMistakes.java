package dev.trine.lab.sim;

import dev.trine.common.model.Member;
import dev.trine.common.model.Position;
import dev.trine.common.model.ProbeAnswer;
import dev.trine.common.model.ReadPoint;
import dev.trine.common.model.Role;
import dev.trine.router.routing.Decision;
import dev.trine.router.routing.Evidence;
import dev.trine.router.routing.Question;
import dev.trine.router.routing.VersionRouting;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Mistakes in what a router makes of the answers to its probe. */
final class RouterMistakes implements Mistakes {
    private final Kind kind;
    private final Map<Member, Long> generations = new HashMap<>();

    RouterMistakes(Kind kind) {
        this.kind = kind;
    }

    enum Kind { HOLDER_NO_M, ONE_ANSWER, JOIN_PROBE, RETIRED_ANSWERS }

    @Override
    public boolean joinsRunningProbe() {
        return kind == Kind.JOIN_PROBE;
    }

    @Override
    public ProbeAnswer answered(Question question, ProbeAnswer answer) {
        generations.put(answer.from(), answer.generation());
        boolean has = answer.role() == Role.VOTER || answer.role() == Role.RETIRED;
        return kind == Kind.RETIRED_ANSWERS && has ? new ProbeAnswer(answer.from(), Role.VOTER,
            question.placement().generation(), answer.promised(), answer.last(), answer.committed(), answer.lease(),
            answer.members(), answer.holderReady()) : answer;
    }

    @Override
    public Decision decide(Question question, Evidence evidence) {
        long generation = question.placement().generation();
        List<ProbeAnswer> votes = evidence.answers().stream().filter(answer -> answer.role() == Role.VOTER
            && answer.generation() == generation && question.placement().members().contains(answer.from())).toList();
        Decision decision = VersionRouting.decide(question, evidence);
        return switch (kind) {
            case ONE_ANSWER -> votes.isEmpty() ? decision : serve(votes.getFirst().from(),
                new ReadPoint.Committed(generation, votes.getFirst().committed()));
            case HOLDER_NO_M -> decision instanceof Decision.Serve serve
                && serve.from() instanceof ReadPoint.AsHolder at
                ? serve(serve.at(), new ReadPoint.AsHolder(at.generation(), Position.START, at.holder())) : decision;
            case RETIRED_ANSWERS -> decision instanceof Decision.Serve serve
                && serve.from() instanceof ReadPoint.Committed at
                ? serve(serve.at(), new ReadPoint.Committed(generations.get(serve.at()), at.minimum())) : decision;
            case JOIN_PROBE -> decision;
        };
    }

    private static Decision serve(Member at, ReadPoint from) {
        return new Decision.Serve(at, from, List.of());
    }
}
