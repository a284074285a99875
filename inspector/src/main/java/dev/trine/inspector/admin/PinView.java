package dev.trine.inspector.admin;

import dev.trine.inspector.cli.Column;
import dev.trine.proto.Pin;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * A repository that is pinned to the other nodes, because one node's replica is withdrawn.
 *
 * @param node     whose replica is withdrawn
 * @param repo     id of the repository
 * @param cause    "corrupt", "missing", "read_error", "write_error", "disk_full" or "operator"
 * @param detail   one sentence that names the file or object
 * @param since    when it began, in UTC
 * @param doing    what is being done about it
 * @param attempts repairs that were begun
 */
record PinView(String node, String repo, String cause, String detail, String since, String doing, int attempts) {
    static final List<Column<PinView>> COLUMNS = List.of(
        new Column<>("PINNED REPO", PinView::repo),
        new Column<>("NOT ON", PinView::node),
        new Column<>("SINCE", PinView::since),
        new Column<>("CAUSE", pin -> pin.cause + ": " + pin.detail),
        new Column<>("NOW", PinView::doing));

    static PinView of(String node, Pin pin) {
        return new PinView(node, pin.getRepoId(), pin.getCause().name().toLowerCase(Locale.ROOT), pin.getDetail(),
            Instant.ofEpochMilli(pin.getSinceMs()).toString(), pin.getDoing(), pin.getAttempts());
    }
}
