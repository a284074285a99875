package dev.trine.inspector.admin;

import dev.trine.inspector.cli.Column;
import dev.trine.proto.Token;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** An access token as it is shown: never its text. */
record TokenView(long id, String user, String label, String kind, List<String> rights, boolean api,
                 Optional<String> created, Optional<String> expires, Optional<String> lastUsed, boolean revoked) {
    private static final String PERSONAL = "personal";
    private static final String EVERYTHING = "admin *";

    static final List<Column<TokenView>> COLUMNS = List.of(
        new Column<>("ID", view -> Long.toString(view.id)),
        new Column<>("USER", TokenView::user),
        new Column<>("LABEL", TokenView::label),
        new Column<>("KIND", TokenView::kind),
        new Column<>("RIGHTS", TokenView::allows),
        new Column<>("STATE", view -> view.revoked ? "revoked" : "active"),
        new Column<>("CREATED", view -> view.created.orElse("")),
        new Column<>("EXPIRES", view -> view.expires.orElse("never")),
        new Column<>("LAST USED", view -> view.lastUsed.orElse("")));

    static TokenView of(Token token) {
        return new TokenView(token.getId(), token.getUser(), token.getLabel(),
            token.getKind().name().toLowerCase(Locale.ROOT), RightsOption.shown(token.getRightsList()), token.getApi(),
            Wire.time(token.hasCreated(), token.getCreated()), Wire.time(token.hasExpires(), token.getExpires()),
            Wire.time(token.hasLastUsed(), token.getLastUsed()), token.getRevoked());
    }

    /** Of a token without limits a role and a path would look like some. */
    private String allows() {
        boolean unlimited = kind.equals(PERSONAL) && api && rights.contains(EVERYTHING);
        return unlimited ? "all that " + user + " may" : String.join(", ", rights) + (api ? " +api" : "");
    }

    /** A new token with its text: the only time that it is shown. */
    record WithSecret(long id, String user, String label, String kind, List<String> rights, boolean api,
                      Optional<String> expires, String secret) {
        static WithSecret of(Token token, String secret) {
            TokenView view = TokenView.of(token);
            return new WithSecret(view.id, view.user, view.label, view.kind, view.rights, view.api, view.expires,
                secret);
        }
    }
}
