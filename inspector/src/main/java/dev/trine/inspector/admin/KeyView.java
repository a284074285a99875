package dev.trine.inspector.admin;

import dev.trine.inspector.cli.Column;
import dev.trine.proto.Key;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** An SSH public key as it is shown. */
record KeyView(long id, String user, String fingerprint, String type, String comment, List<String> deploy,
               String proves, Optional<String> created, Optional<String> lastUsed) {
    static final List<Column<KeyView>> COLUMNS = List.of(
        new Column<>("ID", view -> Long.toString(view.id)),
        new Column<>("USER", KeyView::user),
        new Column<>("TYPE", KeyView::type),
        new Column<>("FINGERPRINT", KeyView::fingerprint),
        new Column<>("COMMENT", KeyView::comment),
        new Column<>("DEPLOYS", view -> String.join(", ", view.deploy)),
        new Column<>("CREATED", view -> view.created.orElse("")),
        new Column<>("LAST USED", view -> view.lastUsed.orElse("")));

    static KeyView of(Key key) {
        return new KeyView(key.getId(), key.getUser(), key.getFingerprint(), key.getType(), key.getComment(),
            RightsOption.shown(key.getRightsList()), key.getPresence().name().toLowerCase(Locale.ROOT),
            Wire.time(key.hasCreated(), key.getCreated()), Wire.time(key.hasLastUsed(), key.getLastUsed()));
    }
}
