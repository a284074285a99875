package dev.trine.inspector.admin;

import dev.trine.inspector.admin.Pages.Page;
import dev.trine.proto.CreateUserRequest;
import dev.trine.proto.DisableUserRequest;
import dev.trine.proto.EnableUserRequest;
import dev.trine.proto.ListUsersReply;
import dev.trine.proto.ListUsersRequest;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Users. */
@Command(name = "user", description = "Add, list and disable users.",
    footer = {"%nExamples:", "  trine user create alice", "  trine user list -o json"})
final class UserCommand {
    private final Clusters clusters;

    UserCommand(Clusters clusters) {
        this.clusters = clusters;
    }

    @Command(name = "create", description = "Add a user. Give keys with 'key add', tokens with 'token create'.",
        footer = {"%nExamples:", "  trine user create alice", "  trine user create --admin root"})
    void create(@Mixin Session session,
                @Option(names = "--admin", description = "The user may administer the cluster.") boolean admin,
                @Parameters(paramLabel = "NAME", description = "1 to 64 of a-z, 0-9, '.', '_', '-'.") String name) {
        try (AdminClient client = clusters.connect(session.cluster())) {
            CreateUserRequest request = CreateUserRequest.newBuilder().setName(name).setAdmin(admin).build();
            UserView user = UserView.of(client.call(stub -> stub.createUser(request)));
            session.done(user, "created user " + user.name());
        }
    }

    @Command(name = "list", description = "List all users, in order of name.",
        footer = {"%nExamples:", "  trine user list", "  trine user list -o json | jq -r '.[].name'"})
    void list(@Mixin Session session) {
        try (AdminClient client = clusters.connect(session.cluster())) {
            List<UserView> users = Pages.all(after -> page(client, after), UserView::name);
            session.list(users, UserView.COLUMNS);
        }
    }

    private static Page<UserView> page(AdminClient client, String after) {
        ListUsersReply reply = client.call(stub -> stub.listUsers(
            ListUsersRequest.newBuilder().setAfter(after).setLimit(Pages.PAGE_MAX_ITEMS).build()));
        return new Page<>(reply.getUsersList().stream().map(UserView::of).toList(), reply.getMore());
    }

    @Command(name = "disable", description = "Stop a user's keys and tokens from working. Repeating it is harmless.",
        footer = {"%nExample:", "  trine user disable alice"})
    void disable(@Mixin Session session, @Parameters(paramLabel = "NAME", description = "The user.") String name) {
        try (AdminClient client = clusters.connect(session.cluster())) {
            DisableUserRequest request = DisableUserRequest.newBuilder().setName(name).build();
            UserView user = UserView.of(client.call(stub -> stub.disableUser(request)));
            session.done(user, "disabled user " + user.name());
        }
    }

    @Command(name = "enable", description = "Let a disabled user's keys and tokens work again.",
        footer = {"%nExample:", "  trine user enable alice"})
    void enable(@Mixin Session session,
                @Parameters(paramLabel = "NAME", description = "Name of the user.") String name) {
        try (AdminClient client = clusters.connect(session.cluster())) {
            EnableUserRequest request = EnableUserRequest.newBuilder().setName(name).build();
            UserView user = UserView.of(client.call(stub -> stub.enableUser(request)));
            session.done(user, "user " + user.name() + " may sign in again");
        }
    }
}
