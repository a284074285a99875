package dev.trine.inspector.admin;

import dev.trine.proto.CreateTokenReply;
import dev.trine.proto.CreateTokenRequest;
import dev.trine.proto.ListTokensRequest;
import dev.trine.proto.RevokeTokenRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Access tokens. */
@Command(name = "token", description = "Create, list and revoke access tokens, the passwords of Git over HTTP.",
    footer = {"%nExamples:", "  trine token create alice --label laptop", "  trine token list alice"})
final class TokenCommand {
    private final Clusters clusters;

    TokenCommand(Clusters clusters) {
        this.clusters = clusters;
    }

    @Command(name = "create", description = {"Make an access token for a user, or one that acts for itself.",
        "Without limits it allows all that the user may. With --on or --role it allows that at most, and calls this",
        "service only with --api. With --deploy or --project it acts for itself, and USER is you: it takes the role of",
        "maintainer on each path, and goes on working when you are gone.",
        "Standard output gets the token and nothing else; it is stored nowhere and never shown again."},
        footer = {"%nExamples:", "  trine token create alice --label laptop --expires-in 90d",
            "  trine token create alice --role read --on team/app --label mirror",
            "  trine token create alice --deploy --role write --on team/app --label ci",
            "  (umask 077; trine token create alice >alice.token)"})
    void create(@Mixin Session session,
                @Option(names = "--label", paramLabel = "TEXT", defaultValue = "",
                    description = "What it is for, at most 200 characters.") String label,
                @Option(names = "--expires-in", paramLabel = "TIME", converter = LifeTime.Converter.class,
                    defaultValue = Option.NULL_VALUE,
                    description = "Life time, for example 90d or 12h (default: for ever).") Optional<LifeTime> life,
                @Mixin TokenLimits limits,
                @Parameters(paramLabel = "USER", description = "Whom it signs in, or who makes it.") String user) {
        try (AdminClient client = clusters.connect(session.cluster())) {
            CreateTokenRequest request = limits.request().setUser(user).setLabel(label)
                .setLifeSeconds(life.map(time -> time.duration().toSeconds()).orElse(0L)).build();
            CreateTokenReply reply = client.call(stub -> stub.createToken(request));
            session.err().println("created token " + reply.getToken().getId() + " for " + reply.getToken().getUser()
                + "; it is shown only this once");
            session.done(TokenView.WithSecret.of(reply.getToken(), reply.getSecret()), reply.getSecret());
        }
    }

    @Command(name = "list", description = "List the tokens of a user, or of everybody, without their texts.",
        footer = {"%nExamples:", "  trine token list", "  trine token list alice -o json",
            "  trine token list --on team/app"})
    void list(@Mixin Session session,
              @Option(names = "--on", paramLabel = "PATH", defaultValue = "",
                  description = "Instead: deploy and project tokens with a right on exactly this path.") String path,
              @Parameters(paramLabel = "USER", arity = "0..1", defaultValue = "",
                  description = "Whose tokens (default: everybody's).") String user) {
        try (AdminClient client = clusters.connect(session.cluster())) {
            ListTokensRequest request = ListTokensRequest.newBuilder().setUser(user).setPath(path).build();
            List<TokenView> tokens =
                client.call(stub -> stub.listTokens(request)).getTokensList().stream().map(TokenView::of).toList();
            session.list(tokens, TokenView.COLUMNS);
        }
    }

    @Command(name = "revoke", description = "Stop a token from working, for ever. Repeating it is harmless.",
        footer = {"%nExample:", "  trine token revoke 3"})
    void revoke(@Mixin Session session,
                @Parameters(paramLabel = "ID", description = "The token's id, from 'token list'.") long id) {
        try (AdminClient client = clusters.connect(session.cluster())) {
            client.call(stub -> stub.revokeToken(RevokeTokenRequest.newBuilder().setId(id).build()));
            session.done(Map.of("id", id), "revoked token " + id);
        }
    }
}
