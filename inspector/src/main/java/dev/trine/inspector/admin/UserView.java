package dev.trine.inspector.admin;

import dev.trine.inspector.cli.Column;
import dev.trine.proto.User;
import java.util.List;
import java.util.Optional;

/** A user as it is shown. */
record UserView(long id, String name, boolean admin, boolean disabled, Optional<String> created) {
    static final List<Column<UserView>> COLUMNS = List.of(
        new Column<>("ID", view -> Long.toString(view.id)),
        new Column<>("NAME", UserView::name),
        new Column<>("ADMIN", view -> view.admin ? "yes" : "no"),
        new Column<>("STATE", view -> view.disabled ? "disabled" : "active"),
        new Column<>("CREATED", view -> view.created.orElse("")));

    static UserView of(User user) {
        return new UserView(user.getId(), user.getName(), user.getAdmin(), user.getDisabled(),
            Wire.time(user.hasCreated(), user.getCreated()));
    }
}
