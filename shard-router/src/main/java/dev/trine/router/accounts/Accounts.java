package dev.trine.router.accounts;

import dev.trine.router.answer.Answer;
import dev.trine.router.answer.Refusal;
import dev.trine.router.directory.Directory;
import dev.trine.router.metadata.Access;
import dev.trine.router.metadata.Metadata;
import dev.trine.router.metadata.User;
import dev.trine.router.metadata.UserName;
import java.util.List;
import java.util.Optional;

/** The users. Administrators may do everything; everybody may look after himself. Any thread. */
public final class Accounts {
    private final Metadata metadata;
    private final Directory directory;

    public Accounts(Metadata metadata, Directory directory) {
        this.metadata = metadata;
        this.directory = directory;
    }

    /** Adds a user. */
    public Answer<User> create(Access caller, UserName name, boolean admin) {
        return adminOnly(caller).then(may -> Answer.of(metadata.users().create(name, admin),
            Refusal.taken("user " + name + " exists already")));
    }

    /** Users after that name, in order of name. */
    public Answer<List<User>> list(Access caller, String after, int limit) {
        return adminOnly(caller).map(may -> metadata.users().list(after, limit));
    }

    /** Disables a user. */
    public Answer<User> disable(Access caller, UserName name) {
        return adminOnly(caller).then(may -> existing(name)).then(user -> {
            if (user.id() == caller.user().id()) {
                return Answer.refuse(new Refusal(Refusal.Reason.WRONG_STATE,
                    "you cannot disable yourself; let another administrator do it"));
            }
            return metadata.users().disable(user.id(), caller.user().id()) ? changed(user)
                : Answer.refuse(Refusal.forbidden("you were just disabled yourself, by another administrator"));
        });
    }

    /** Lets a disabled user in again. */
    public Answer<User> enable(Access caller, UserName name) {
        return adminOnly(caller).then(may -> existing(name)).then(user -> {
            metadata.users().enable(user.id());
            return changed(user);
        });
    }

    private Answer<User> changed(User user) {
        directory.changedUser(user.id());
        return existing(user.name());
    }

    /** The caller, if he is an administrator of the cluster. */
    static Answer<Access> adminOnly(Access caller) {
        return caller.administersCluster() ? Answer.of(caller)
            : Answer.refuse(Refusal.forbidden("only administrators of the cluster may do that"));
    }

    /** That user, if he exists and the caller is he, by a credential without limits, or an administrator. */
    Answer<User> ownOrAdmin(Access caller, UserName name) {
        if (!caller.limits().isAll()) {
            return Answer.refuse(Refusal.forbidden("your access token has limits, and such a one does not look after"
                + " the keys and tokens of users; use one without limits"));
        }
        if (caller.user().name().equals(name)) {
            return Answer.of(caller.user());
        }
        return caller.administersCluster() ? existing(name)
            : Answer.refuse(Refusal.forbidden("you may look after your own keys and tokens only, not after those of "
                + name));
    }

    /** Whom a listing is about: empty for everybody, which takes an administrator. */
    Answer<Optional<User>> ownOrAdmin(Access caller, Optional<UserName> name) {
        return name.isPresent() ? ownOrAdmin(caller, name.get()).map(Optional::of)
            : adminOnly(caller).map(may -> Optional.empty());
    }

    /** That user. */
    Answer<User> existing(UserName name) {
        return Answer.of(metadata.users().find(name),
            Refusal.notFound("there is no user " + name + "; create him with 'trine user create'"));
    }
}
