package dev.trine.router.repositories;

import dev.trine.common.model.Member;
import dev.trine.proto.SealReply;
import dev.trine.router.answer.Answer;
import dev.trine.router.answer.Refusal;
import dev.trine.router.directory.Directory;
import dev.trine.router.metadata.Metadata;
import dev.trine.router.metadata.Repository;
import dev.trine.router.metadata.Repository.Phase;
import dev.trine.router.metadata.Scope;
import dev.trine.router.metadata.User;
import dev.trine.router.nodes.NodeCalls;
import dev.trine.router.nodes.Nodes;
import dev.trine.router.nodes.Reply;
import dev.trine.router.routing.Decision;
import dev.trine.router.routing.Operation;
import dev.trine.router.version.Routed;
import dev.trine.router.version.Routes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes repositories: phase DELETING, then a SEAL without next members by the repository's own log, then the row goes
 * and the path is free. What was begun is finished later if too few nodes answer. Any thread.
 */
public final class Deletion {
    private static final Logger log = LoggerFactory.getLogger(Deletion.class);

    private final Metadata metadata;
    private final Directory directory;
    private final Routes routes;
    private final ReplicaCalls replicas;

    public Deletion(Metadata metadata, Directory directory, Routes routes, NodeCalls calls, Nodes nodes) {
        this.metadata = metadata;
        this.directory = directory;
        this.routes = routes;
        this.replicas = new ReplicaCalls(calls, nodes);
    }

    /** Deletes the repository and its data for ever. */
    public Answer<Repository> delete(Repository repository) throws InterruptedException {
        if (repository.phase() != Phase.DELETING
            && !metadata.repositories().advance(repository.id(), repository.phase(), Phase.DELETING)) {
            return Answer.refuse(new Refusal(Refusal.Reason.WRONG_STATE, "repository " + repository.path()
                + " has just changed; look at it again"));
        }
        directory.changedPath(repository.path());
        Optional<String> problem = finish(repository);
        return problem.isEmpty() ? Answer.of(repository) : Answer.refuse(Refusal.away("repository "
            + repository.path() + " is not served any more, but its data cannot be deleted yet: " + problem.get()
            + "; this is finished by itself when two of its nodes are back"));
    }

    /** Carries a repository in phase DELETING to its end; returns what stands in the way, for people. */
    Optional<String> finish(Repository repository) throws InterruptedException {
        Routed routed = routes.route(repository, Operation.WRITE, Set.of());
        Optional<String> problem = switch (routed.decision()) {
            case Decision.Gone gone -> Optional.empty();
            case Decision.Serve serve -> seal(routed.repository(), serve.at());
            case Decision.Refuse refuse -> neverActive(repository) ? Optional.empty() : Optional.of(refuse.why());
            case Decision.AwaitMore more -> throw Routed.undecided(more);
            case Decision.Repair repair -> throw Routed.undecided(repair);
            case Decision.Restart restart -> throw Routed.undecided(restart);
        };
        if (problem.isEmpty() && forget(repository)) {
            log.atInfo().addKeyValue("repo", repository.id()).addKeyValue("path", repository.path())
                .log("repository is deleted");
        }
        return problem;
    }

    /** Removes the row with the grants on its path: what was known of their users counts no longer. */
    private boolean forget(Repository repository) {
        List<User> users = metadata.grants().list(Optional.empty(), Optional.of(Scope.of(repository.path()))).stream()
            .flatMap(grant -> metadata.users().find(grant.user()).stream()).toList();
        boolean removed = metadata.repositories().remove(repository, Phase.DELETING);
        if (removed) {
            directory.changedPath(repository.path());
            users.forEach(user -> directory.changedUser(user.id()));
        }
        return removed;
    }

    /** Broken off while it was created: fewer than two replicas were ever confirmed, so nothing was ever stored. */
    private boolean neverActive(Repository repository) {
        return metadata.repositories().unconfirmed(repository.id()).size() >= 2;
    }

    /** Somebody else may have begun to delete it, too: the SEAL that is first in the log wins, the other is refused. */
    private boolean isGone(Repository repository) throws InterruptedException {
        return routes.route(repository, Operation.WRITE, Set.of()).decision() instanceof Decision.Gone;
    }

    private Optional<String> seal(Repository repository, Member first) throws InterruptedException {
        List<Member> order = new ArrayList<>(List.of(first));
        repository.placement().members().stream().filter(member -> !member.equals(first)).forEach(order::add);
        String problem = "";
        for (Member member : order) {
            switch (replicas.sealForEver(member, repository)) {
                case Reply.Done<SealReply> done -> {
                    return Optional.empty();
                }
                case Reply.Failed<SealReply> failed -> problem = member.node() + ": " + failed.text();
            }
        }
        return isGone(repository) ? Optional.empty() : Optional.of(problem);
    }
}
