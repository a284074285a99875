package dev.trine.server.repo;

import dev.trine.common.model.ObjectName;
import java.io.IOException;
import java.util.Collection;
import java.util.Objects;
import java.util.Optional;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.revwalk.ObjectWalk;

/** Walks everything that tips reach and takes nothing for granted. Called by many threads. */
public final class Completeness {
    /** Opens nothing; JGit must be started first. */
    public Completeness(JGitRuntime runtime) {
        Objects.requireNonNull(runtime, "JGit must be started first");
    }

    /**
     * What is not there of all that the tips reach, worded to follow "the repository"; empty: all of it is.
     *
     * @throws IOException the disk failed
     */
    public Optional<String> defect(ObjectView view, Collection<ObjectName> tips) throws IOException {
        try (ObjectReader reader = view.git().newObjectReader(); ObjectWalk walk = new ObjectWalk(reader)) {
            walk.setRetainBody(false);
            for (ObjectName tip : tips) {
                walk.markStart(walk.parseAny(ObjectId.fromString(tip.hex())));
            }
            walk.checkConnectivity();
            return Optional.empty();
        } catch (MissingObjectException e) {
            return Optional.of("lacks object " + e.getObjectId().name());
        } catch (IncorrectObjectTypeException | CorruptObjectException e) {
            return Optional.of("has a damaged object: " + e.getMessage());
        }
    }
}
