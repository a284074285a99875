package dev.trine.inspector.admin;

import dev.trine.inspector.cli.CommandFailure;
import dev.trine.inspector.cli.ExitCode;
import dev.trine.proto.RefsUpdate;
import dev.trine.proto.UpdateRepoRefsReply;
import dev.trine.proto.UpdateRepoRefsRequest;
import io.grpc.StatusRuntimeException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What became of a change of refs, as it is shown.
 *
 * @param outcome    committed, rejected, not_applied, refused or unknown
 * @param path       path of the repository
 * @param repository immutable id of the repository
 * @param token      name of the change
 * @param before     an earlier call had carried it out
 * @param version    committed: that of the change; rejected, unknown: what it was compared with
 * @param epoch      of that version
 * @param nodes      committed: nodes known to hold it
 * @param receipt    committed: the receipt, if the node that answered keeps it
 * @param rejections rejected: why, for each ref
 * @param message    a sentence, if there is more to say
 */
record RefUpdateView(String outcome, String path, String repository, String token, boolean before,
                     Optional<Long> version, Optional<String> epoch, List<String> nodes,
                     Optional<ReceiptView> receipt, List<Rejection> rejections, Optional<String> message) {
    /** Why one ref was not changed. */
    record Rejection(String ref, String reason) {
    }

    static RefUpdateView of(UpdateRepoRefsRequest request, UpdateRepoRefsReply reply) {
        RefsUpdate result = reply.getResult();
        return new RefUpdateView(result.getOutcome().name().toLowerCase(Locale.ROOT), reply.getPath(),
            reply.getRepoId(), request.getToken(), result.getBefore(),
            result.hasAt() ? Optional.of(result.getAt().getVersion()) : Optional.empty(),
            result.hasAt() ? Optional.of(Wire.epoch(result.getAt().getEpoch())) : Optional.empty(),
            List.copyOf(result.getNodesList()),
            result.hasReceipt() ? Optional.of(ReceiptView.of(reply.getRepoId(), reply.getPath(), result.getReceipt(),
                result.getNodesList())) : Optional.empty(),
            result.getRejectionsList().stream().map(ref -> new Rejection(ref.getName(), ref.getReason())).toList(),
            Wire.nonEmpty(result.getMessage()));
    }

    /** Whether a call that failed may have been carried out all the same. */
    static boolean mayHaveArrived(CommandFailure failure) {
        return failure.getCause() instanceof StatusRuntimeException status && switch (status.getStatus().getCode()) {
            case DEADLINE_EXCEEDED, UNAVAILABLE, INTERNAL, UNKNOWN, CANCELLED -> true;
            default -> false;
        };
    }

    ExitCode exitCode() {
        return switch (outcome) {
            case "committed" -> ExitCode.OK;
            case "unknown" -> ExitCode.UNKNOWN;
            default -> ExitCode.FAILED;
        };
    }

    void print(PrintWriter out) {
        switch (outcome) {
            case "committed" -> out.println("version " + version.orElse(0L) + " durable on " + String.join(" ", nodes)
                + (nodes.size() == 1 ? ", and on one more node, which could not be asked" : "")
                + receipt.map(kept -> " (receipt " + kept.receipt() + ")").orElse("")
                + (before ? ", carried out before" : ""));
            case "rejected" -> rejections.forEach(ref -> out.println("rejected " + ref.ref() + ": " + ref.reason()));
            case "unknown" -> out.println("it is not known whether this took effect"
                + version.map(seen -> "; it was compared with version " + seen).orElse("")
                + ". Repeat it with --token " + token);
            default -> out.println("nothing was changed");
        }
        message.ifPresent(out::println);
    }
}
