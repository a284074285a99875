package dev.trine.inspector.admin;

import dev.trine.proto.CreateTokenRequest;
import dev.trine.proto.TokenKind;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** For whom a new token is to act, and what it allows at most. */
final class TokenLimits {
    @Mixin
    private RightsOption rights = new RightsOption();

    @Option(names = "--api",
        description = "Beside limits: it may also call the cluster's administration service, within them.")
    private boolean api;

    @ArgGroup
    private @Nullable Self self;

    /** A token that acts for itself. */
    static final class Self {
        @Option(names = "--deploy", description = "It acts for itself, to read or write on the paths of --on.")
        private boolean deploy;

        @Option(names = "--project", description = "It acts for itself, up to the role of maintainer.")
        private boolean project;

        TokenKind kind() {
            return deploy ? TokenKind.DEPLOY : TokenKind.PROJECT;
        }
    }

    /** Asks for such a token. */
    CreateTokenRequest.Builder request() {
        return CreateTokenRequest.newBuilder().setKind(self == null ? TokenKind.PERSONAL : self.kind())
            .addAllRights(rights.rights()).setApi(api);
    }
}
