package dev.trine.router.repositories;

import dev.trine.common.model.RepoId;
import dev.trine.router.answer.Answer;
import dev.trine.router.answer.Refusal;
import dev.trine.router.authorizer.Act;
import dev.trine.router.authorizer.Asker;
import dev.trine.router.authorizer.Authorizer;
import dev.trine.router.directory.Directory;
import dev.trine.router.metadata.Access;
import dev.trine.router.metadata.AccessRole;
import dev.trine.router.metadata.Metadata;
import dev.trine.router.metadata.RepoPath;
import dev.trine.router.metadata.Repository;
import dev.trine.router.metadata.Repository.Phase;
import dev.trine.router.metadata.Scope;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** What a user may do with repositories: see those that he may read, manage those that he administers. Any thread. */
public final class RepositoryService {
    private static final Pattern ID = Pattern.compile("[0-9a-f]{32}");

    private final Metadata metadata;
    private final Directory directory;
    private final Creation creation;
    private final Deletion deletion;
    private final Authorizer authorizer;

    public RepositoryService(Metadata metadata, Directory directory, Creation creation, Deletion deletion,
                             Authorizer authorizer) {
        this.authorizer = authorizer;
        this.metadata = metadata;
        this.directory = directory;
        this.creation = creation;
        this.deletion = deletion;
    }

    /** The repository of that path or id, if the caller may read it. */
    public Answer<Repository> find(Access caller, String pathOrId) {
        return known(caller, pathOrId).then(repository -> authorizer.unlessForbidden(repository, Asker.of(caller),
            Scope.of(repository.path()), Act.READ));
    }

    private Answer<Repository> known(Access caller, String pathOrId) {
        Optional<Repository> found = ID.matcher(pathOrId).matches() ? directory.repository(new RepoId(pathOrId))
            : directory.repository(RepoPath.parse(pathOrId)).value();
        return Answer.of(found.filter(repository -> caller.may(AccessRole.READER, Scope.of(repository.path()))),
            Refusal.notFound("there is no repository " + (ID.matcher(pathOrId).matches() ? pathOrId
                : RepoPath.parse(pathOrId)) + ", or you may not see it"));
    }

    private Answer<Repository> administered(Access caller, String pathOrId) {
        return known(caller, pathOrId).then(repository -> administers(caller, repository.path())
            .then(may -> namedBy(repository, pathOrId)));
    }

    /** The repository, if that is its path of today or its id, and not where it was before it was renamed. */
    private static Answer<Repository> namedBy(Repository repository, String pathOrId) {
        return ID.matcher(pathOrId).matches() || RepoPath.parse(pathOrId).equals(repository.path())
            ? Answer.of(repository) : Answer.refuse(new Refusal(Refusal.Reason.WRONG_STATE, RepoPath.parse(pathOrId)
                + " is " + repository.path() + " now; name it by that path"));
    }

    private Answer<Access> administers(Access caller, RepoPath path) {
        return caller.may(AccessRole.ADMINISTRATOR, Scope.of(path))
            ? authorizer.unlessForbidden(caller, Asker.of(caller), Scope.of(path), Act.ADMIN)
            : Answer.refuse(Refusal.forbidden("you are not an administrator of " + path + " or a group above it"));
    }

    /** Creates a repository; an empty branch or shard: the cluster's choice. */
    public Answer<Repository> create(Access caller, RepoPath path, String branch, String shard)
        throws InterruptedException {
        return switch (administers(caller, path)) {
            case Answer.Given<Access> may -> creation.create(path, branch, shard);
            case Answer.Refused<Access> refused -> Answer.refuse(refused.why());
        };
    }

    /** Repositories after that path that the caller may read, in a group or everywhere, in order of path. */
    public List<Repository> list(Access caller, String after, Optional<Scope> group, int limit) {
        Scope wanted = group.orElse(Scope.EVERYWHERE);
        List<Scope> readable = caller.readable();
        return metadata.repositories().list(after, readable.stream().anyMatch(scope -> scope.covers(wanted))
            ? List.of(wanted) : readable.stream().filter(wanted::covers).toList(), limit);
    }

    /** Gives a repository another path. */
    public Answer<Repository> rename(Access caller, String pathOrId, RepoPath to) {
        return administered(caller, pathOrId).then(repository -> administers(caller, to).then(may -> {
            if (repository.phase() != Phase.ACTIVE) {
                return Answer.refuse(new Refusal(Refusal.Reason.WRONG_STATE, "repository " + repository.path()
                    + " is " + repository.phase() + "; only an ACTIVE one can be renamed"));
            }
            if (to.looksLikeOption()) {
                return Answer.refuse(Creation.optionLike(to));
            }
            boolean renamed = metadata.repositories().rename(repository.id(), repository.path(), to);
            directory.changedPath(repository.path());
            directory.changedPath(to);
            metadata.grants().list(Optional.empty(), Optional.of(Scope.of(to))).forEach(grant -> metadata.users()
                .find(grant.user()).ifPresent(user -> directory.changedUser(user.id())));
            return renamed ? Answer.of(metadata.repositories().find(repository.id()),
                Refusal.notFound("repository " + to + " is gone"))
                : Answer.refuse(Refusal.taken("there is a repository " + to + " already"));
        }));
    }

    /** Makes a repository read-only, or ends that. */
    public Answer<Repository> archive(Access caller, String pathOrId, boolean archived) {
        return known(caller, pathOrId).then(repository -> {
            if (!caller.may(AccessRole.MAINTAINER, Scope.of(repository.path()))) {
                return Answer.refuse(Refusal.forbidden("you are not a maintainer of " + repository.path()
                    + " or a group above it"));
            }
            return authorizer.unlessForbidden(repository, Asker.of(caller), Scope.of(repository.path()), Act.ADMIN)
                .then(allowed -> namedBy(allowed, pathOrId)).then(named -> archived(named, archived));
        });
    }

    private Answer<Repository> archived(Repository repository, boolean archived) {
        metadata.repositories().archive(repository.id(), archived);
        directory.changedPath(repository.path());
        return Answer.of(metadata.repositories().find(repository.id()),
            Refusal.notFound("repository " + repository.path() + " is gone"));
    }

    /** Deletes a repository with its data, for ever. */
    public Answer<Repository> delete(Access caller, String pathOrId) throws InterruptedException {
        return switch (administered(caller, pathOrId)) {
            case Answer.Given<Repository> given -> deletion.delete(given.value());
            case Answer.Refused<Repository> refused -> refused;
        };
    }
}
