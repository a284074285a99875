package dev.trine.inspector.admin;

import dev.trine.inspector.cli.Column;
import dev.trine.inspector.cli.Table;
import dev.trine.proto.ExplainRouteReply;
import dev.trine.proto.ProbeAnswer;
import dev.trine.proto.ProbeReply;
import dev.trine.proto.ReadPoint;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A route decision with its reasons, as it is shown. Positions are written version@epoch. */
record RouteView(String repoId, String operation, String decision, Optional<String> node, Optional<Demand> demand,
                 List<Answer> answers, List<String> reasons, String placementSource, long placementAgeSeconds) {
    /** The state that the node must serve from. */
    record Demand(String mode, long generation, String minimum, Optional<String> holderEpoch) {
        private static Demand of(ReadPoint point) {
            return new Demand(point.getMode().name().toLowerCase(Locale.ROOT), point.getGeneration(),
                Wire.position(point.getMinimum()),
                point.hasHolderEpoch() ? Optional.of(Wire.epoch(point.getHolderEpoch())) : Optional.empty());
        }
    }

    /** What one node answered to the probe; empty where it did not. */
    record Answer(String node, Optional<String> role, Optional<Long> generation, Optional<String> promised,
                  Optional<String> last, Optional<String> committed, Optional<String> leaseHolder, long micros,
                  Optional<String> problem) {
        private static final List<Column<Answer>> COLUMNS = List.of(
            new Column<>("NODE", Answer::node),
            new Column<>("ROLE", answer -> answer.role.orElse("")),
            new Column<>("PROMISED", answer -> answer.promised.orElse("")),
            new Column<>("LAST", answer -> answer.last.orElse("")),
            new Column<>("COMMITTED", answer -> answer.committed.orElse("")),
            new Column<>("LEASE", answer -> answer.leaseHolder.orElse("")),
            new Column<>("MICROS", answer -> Long.toString(answer.micros)),
            new Column<>("PROBLEM", answer -> answer.problem.orElse("")));

        private static Answer of(ProbeAnswer answer) {
            Optional<ProbeReply> reply = answer.hasReply() ? Optional.of(answer.getReply()) : Optional.empty();
            return new Answer(answer.getNode(),
                reply.map(r -> r.getRole().name().toLowerCase(Locale.ROOT)),
                reply.map(ProbeReply::getGeneration),
                reply.map(r -> Wire.epoch(r.getPromised())),
                reply.map(r -> Wire.position(r.getLast())),
                reply.map(r -> Wire.position(r.getCommitted())),
                reply.filter(ProbeReply::hasLeaseHolder).map(r -> r.getLeaseHolder().getNode()),
                answer.getMicros(), Wire.nonEmpty(answer.getProblem()));
        }
    }

    static RouteView of(ExplainRouteReply reply, String operation) {
        return new RouteView(reply.getRepoId(), operation, reply.getDecision(), Wire.nonEmpty(reply.getNode()),
            reply.hasReadPoint() ? Optional.of(Demand.of(reply.getReadPoint())) : Optional.empty(),
            reply.getAnswersList().stream().map(Answer::of).toList(), reply.getReasonsList(),
            reply.getPlacementSource(), reply.getPlacementAgeSeconds());
    }

    void print(PrintWriter out) {
        out.println("repository  " + repoId);
        out.println("operation   " + operation);
        out.println("decision    " + decision + node.map(name -> ", served by " + name).orElse(""));
        demand.ifPresent(point -> out.println("demands     " + point.mode + " at least " + point.minimum
            + " in generation " + point.generation
            + point.holderEpoch.map(epoch -> " from the holder of " + epoch).orElse("")));
        out.println("placement   from the " + placementSource
            + (placementAgeSeconds > 0 ? ", " + placementAgeSeconds + " s old" : ""));
        reasons.forEach(reason -> out.println("because     " + reason));
        out.println();
        Table.print(out, answers, Answer.COLUMNS);
    }
}
