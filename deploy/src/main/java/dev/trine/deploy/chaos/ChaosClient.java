package dev.trine.deploy.chaos;

import dev.trine.deploy.chaos.Operation.Door;
import dev.trine.deploy.chaos.Operation.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;

/** One user at work until it is told to stop: what it does next follows from its seed and from what it has seen. */
final class ChaosClient implements Callable<Void> {
    private final int number;
    private final Random random;
    private final GitEnd git;
    private final Repositories repositories;
    private final Duration pause;
    private final AtomicBoolean stop;
    private final Map<String, Map<String, String>> known = new HashMap<>();
    private final Map<String, String> ownTips = new HashMap<>();
    private int created;

    /**
     * A client.
     *
     * @param pause mean time between two of its operations
     * @param stop  set when it shall begin nothing more
     */
    ChaosClient(int number, long seed, GitEnd git, Repositories repositories, Duration pause, AtomicBoolean stop) {
        this.number = number;
        this.random = new Random(seed * 1_000_003 + number);
        this.git = git;
        this.repositories = repositories;
        this.pause = pause;
        this.stop = stop;
    }

    @Override
    public Void call() throws IOException, InterruptedException {
        while (!stop.get()) {
            Thread.sleep(random.nextLong(pause.toMillis() * 2 + 1));
            if (!stop.get()) {
                act();
            }
        }
        return null;
    }

    private void act() throws IOException, InterruptedException {
        Door door = random.nextBoolean() ? Door.HTTP : Door.SSH;
        String repository = repositories.any(random);
        int dice = random.nextInt(100);
        if (dice < 5 && repositories.mayCreate()) {
            create(door);
        } else if (dice < 20 || !known.containsKey(repository)) {
            learn(git.list(door, repository));
        } else if (dice < 28) {
            learn(git.fetch(door, repository));
        } else if (dice < 34) {
            learn(git.cloneOnce(door, repository));
        } else if (dice < 58) {
            append(door, repository);
        } else if (dice < 80) {
            compareAndSet(door, repository);
        } else if (dice < 86) {
            delete(door, repository);
        } else {
            atomic(door, repository);
        }
    }

    private void create(Door door) throws IOException, InterruptedException {
        String repository = "chaos/made-" + number + "-" + ++created;
        Optional<String> commit = Optional.of(git.commit(Optional.empty()));
        RefChange first = new RefChange(Repositories.FIRST, Optional.empty(), commit);
        Operation push = git.push(door, Kind.CREATE, repository, List.of(first));
        if (push.isDone()) {
            repositories.add(repository);
        }
        learn(push);
    }

    /** A branch that grows: whatever was acknowledged once must stay in its history for ever. */
    private void append(Door door, String repository) throws IOException, InterruptedException {
        String ref = Repositories.appended(number);
        String tip = git.commit(Optional.ofNullable(ownTips.get(repository)));
        learn(git.push(door, Kind.APPEND, repository, List.of(new RefChange(ref, now(repository, ref),
            Optional.of(tip)))));
        ownTips.put(repository, tip);
    }

    private void compareAndSet(Door door, String repository) throws IOException, InterruptedException {
        String ref = Repositories.SHARED.get(random.nextInt(Repositories.SHARED.size()));
        learn(git.push(door, Kind.COMPARE_AND_SET, repository, List.of(new RefChange(ref, now(repository, ref),
            Optional.of(git.commit(Optional.empty()))))));
    }

    private void delete(Door door, String repository) throws IOException, InterruptedException {
        String ref = Repositories.SHARED.get(random.nextInt(Repositories.SHARED.size()));
        if (now(repository, ref).isPresent()) {
            learn(git.push(door, Kind.DELETE, repository, List.of(new RefChange(ref, now(repository, ref),
                Optional.empty()))));
        } else {
            learn(git.list(door, repository));
        }
    }

    private void atomic(Door door, String repository) throws IOException, InterruptedException {
        Optional<String> commit = Optional.of(git.commit(Optional.empty()));
        learn(git.push(door, Kind.ATOMIC, repository, Repositories.PAIR.stream()
            .map(ref -> new RefChange(ref, now(repository, ref), commit)).toList()));
    }

    private Optional<String> now(String repository, String ref) {
        return Optional.ofNullable(known.getOrDefault(repository, Map.of()).get(ref));
    }

    /** After a failed push nothing is known of that repository until it is read again. */
    private void learn(Operation operation) {
        if (!operation.isDone()) {
            known.remove(operation.repository());
        } else if (operation.kind().isPush()) {
            Map<String, String> refs = known.computeIfAbsent(operation.repository(), unknown -> new HashMap<>());
            operation.changes().forEach(change -> change.after().ifPresentOrElse(
                after -> refs.put(change.ref(), after), () -> refs.remove(change.ref())));
        } else {
            known.put(operation.repository(), new HashMap<>(operation.seen()));
        }
    }
}
