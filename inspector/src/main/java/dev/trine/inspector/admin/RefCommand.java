package dev.trine.inspector.admin;

import com.google.protobuf.ByteString;
import dev.trine.inspector.cli.CommandFailure;
import dev.trine.proto.RefChange;
import dev.trine.proto.UpdateRepoRefsRequest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.UUID;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Changes of refs without a pack, as review tools make them. */
@Command(name = "ref", description = "Change refs without a push: to commits that the repository has already.",
    footer = {"%nExample:", "  trine ref update team/app refs/heads/main 1f0c... --old 9be2..."})
final class RefCommand {
    private static final Duration UPDATE_MAX = Duration.ofSeconds(45);
    private static final String ZERO = "0".repeat(40);
    private static final Pattern OBJECT_ID = Pattern.compile("[0-9a-f]{40}");

    private final Clusters clusters;

    RefCommand(Clusters clusters) {
        this.clusters = clusters;
    }

    @Command(name = "update", description = {"Set, create or delete one ref, if it has the old value.",
        "The new value must be reachable from a ref already: no objects are sent. The rules of a push hold.",
        "When nodes fail meanwhile it is tried again at others. The exit code is 0 when it is committed, 1 when nothing"
            + " was changed, 6 when that is not known: then repeat it with the token that was shown."},
        footer = {"%nExamples:", "  trine ref update team/app refs/heads/release 1f0c...     # must not exist",
            "  trine ref update team/app refs/heads/main 1f0c... --old 9be2...",
            "  trine ref update team/app refs/heads/old 0 --old 9be2...     # delete"})
    int update(@Mixin Session session,
               @Option(names = "--old", paramLabel = "OLD", defaultValue = "0",
                   description = "Object id that the ref must have; 0: it must not exist (default).") String old,
               @Option(names = "--token", paramLabel = "TOKEN", defaultValue = "",
                   description = "Name of this change: of all with one token at most one takes effect, and a later one"
                       + " is told what became of it (default: one that was never used).") String token,
               @Parameters(index = "0", paramLabel = "REPO", description = "Path or id of the repository.")
               String repo,
               @Parameters(index = "1", paramLabel = "REF", description = "Full name, such as refs/heads/main.")
               String ref,
               @Parameters(index = "2", paramLabel = "NEW", description = "Object id, 40 digits; 0: delete the ref.")
               String to) {
        boolean first = token.isEmpty();
        UpdateRepoRefsRequest request = UpdateRepoRefsRequest.newBuilder().setRepo(repo).setFirst(first)
            .setToken(first ? UUID.randomUUID().toString() : token)
            .addChanges(RefChange.newBuilder().setName(ref).setOldId(id(old)).setNewId(id(to))).build();
        try (AdminClient client = clusters.connect(session.cluster())) {
            RefUpdateView view = RefUpdateView.of(request, client.call(UPDATE_MAX,
                stub -> stub.updateRepoRefs(request)));
            session.show(view, () -> view.print(session.out()));
            return view.exitCode().number();
        } catch (CommandFailure e) {
            throw new CommandFailure(e.getMessage() + (RefUpdateView.mayHaveArrived(e)
                ? "; to try it again without doing it twice: --token " + request.getToken() : ""), e);
        }
    }

    private static ByteString id(String text) {
        if (text.equals("0") || text.equals(ZERO)) {
            return ByteString.EMPTY;
        }
        if (!OBJECT_ID.matcher(text).matches()) {
            throw new CommandFailure("'" + text + "' is no object id: give 40 hexadecimal digits, or 0 for none");
        }
        return ByteString.copyFrom(HexFormat.of().parseHex(text));
    }
}
