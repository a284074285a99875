package dev.trine.inspector.admin;

import dev.trine.inspector.cli.Column;
import dev.trine.proto.Key;
import java.util.List;
import java.util.Optional;

/** An SSH public key as it is shown. */
record KeyView(long id, String user, String fingerprint, String type, String comment, Optional<String> created) {
    static final List<Column<KeyView>> COLUMNS = List.of(
        new Column<>("ID", view -> Long.toString(view.id)),
        new Column<>("USER", KeyView::user),
        new Column<>("TYPE", KeyView::type),
        new Column<>("FINGERPRINT", KeyView::fingerprint),
        new Column<>("COMMENT", KeyView::comment),
        new Column<>("CREATED", view -> view.created.orElse("")));

    static KeyView of(Key key) {
        return new KeyView(key.getId(), key.getUser(), key.getFingerprint(), key.getType(), key.getComment(),
            Wire.time(key.hasCreated(), key.getCreated()));
    }
}
