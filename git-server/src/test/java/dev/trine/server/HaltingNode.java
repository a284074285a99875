package dev.trine.server;

import dev.trine.common.lifecycle.ServiceMain;
import dev.trine.common.model.RepoId;
import dev.trine.server.durability.HaltPoint;
import dev.trine.server.replication.Batch;
import dev.trine.server.replication.ReplicaState;
import dev.trine.server.replication.Timeouts;
import dev.trine.server.repo.Disk;
import dev.trine.server.repo.DurableFiles;
import dev.trine.server.store.PulledRefs;
import dev.trine.server.store.ReplicaStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A git server that dies at a point, as a kill -9 there would have it: at the first that the file named by the system
 * property {@code trine.halt} names, whenever that is. It keeps few log entries.
 */
public final class HaltingNode implements DiskAccess {
    /** Exit status of a process that died so. */
    public static final int EXIT_STATUS = 99;
    private static final int ENTRIES_KEPT = 4;

    private final Path armed;

    private HaltingNode(Path armed) {
        this.armed = armed;
    }

    public static void main(String[] args) {
        HaltingNode access = new HaltingNode(Path.of(System.getProperty("trine.halt")));
        ServiceMain.run("git-server", args, GitServerConfig.class,
            config -> GitServer.start(config, new ProcessHalt(), access));
    }

    private void reach(HaltPoint point) {
        try {
            if (Files.readString(armed).equals(point.name())) {
                Runtime.getRuntime().halt(EXIT_STATUS);
            }
        } catch (NoSuchFileException e) {
            return; // nothing is armed
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void reach(String when, List<String> changes) {
        changes.forEach(change -> reach(HaltPoint.valueOf(when + change)));
    }

    @Override
    public Timeouts timeouts() {
        Timeouts usual = Timeouts.DEFAULT;
        return new Timeouts(usual.tentativeLeaseMillis(), usual.leaseMillis(), usual.lockMillis(),
            usual.resendMillis(), usual.backoffMinMillis(), usual.backoffSpreadMillis(), usual.backoffMaxMillis(),
            usual.contactMillis(), usual.refuseMillis(), usual.settleMillis(), usual.readMillis(),
            usual.pursueMillis(), ENTRIES_KEPT, usual.outcomesKept(), usual.chunkEntries());
    }

    @Override
    public ReplicaStore store(ReplicaStore store) {
        return around(ReplicaStore.class, store, (method, arguments) -> switch (method.getName()) {
            case "create" -> List.of(switch (((ReplicaState) arguments[1]).role()) {
                case LEARNER -> "LEARN";
                case UNKNOWN, VOTER, WITHDRAWN, RETIRED, DELETED -> "CREATE";
            });
            case "stage" -> List.of("STAGE");
            case "replacePacks" -> List.of("SWAP");
            case "deleteContents" -> List.of("CONTENTS_DELETED");
            case "apply" -> changes(store, (RepoId) arguments[0], (Batch) arguments[1]);
            default -> List.of();
        });
    }

    private static List<String> changes(ReplicaStore store, RepoId repo, Batch batch) {
        List<String> changes = new ArrayList<>();
        ReplicaState before = store.load(repo).orElseThrow().replica().state();
        ReplicaState after = batch.state().orElse(before);
        boolean generation = after.generation() != before.generation();
        if (generation) {
            changes.add("GENERATION");
        }
        if (batch.snapshot().isPresent()) {
            changes.add("SWITCH");
        }
        if (batch.dropUpTo().isPresent()) {
            changes.add("LOG_COMPACTION");
        }
        if (!batch.put().isEmpty()) {
            changes.add("APPEND");
        }
        if (!batch.packsJoined().isEmpty() || !batch.refs().isEmpty()) {
            changes.add("COMMIT");
        }
        if (changes.isEmpty() && batch.state().isPresent()) {
            changes.add("PROMISE");
        }
        return changes;
    }

    /** Which changes a call makes. */
    @FunctionalInterface
    private interface Changes {
        List<String> of(Method method, Object[] arguments);
    }

    private <T> T around(Class<T> type, T real, Changes changes) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type},
            (proxy, method, arguments) -> {
                List<String> made = changes.of(method, arguments);
                reach("BEFORE_", made);
                Object result;
                try {
                    result = method.invoke(real, arguments);
                } catch (InvocationTargetException e) {
                    throw e.getCause();
                }
                reach("AFTER_", made);
                if (result instanceof PulledRefs refs) {
                    return around(PulledRefs.class, refs, (each, ignored) -> {
                        if (each.getName().equals("addPacks")) {
                            reach(HaltPoint.AFTER_PULLED_REFS);
                        }
                        return List.of();
                    });
                }
                return result;
            }));
    }

    @Override
    public Disk disk(Disk disk) {
        return new DurableFiles() {
            @Override
            public void sync(Path path) throws IOException {
                String name = path.getFileName().toString();
                if (name.endsWith(".pack")) {
                    reach(HaltPoint.BEFORE_PACK_SYNC);
                }
                super.sync(path);
                if (name.endsWith(".idx")) {
                    reach(HaltPoint.AFTER_INDEX_SYNC);
                } else if (!name.contains(".") && name.length() == 32) {
                    reach(HaltPoint.AFTER_DIRECTORY_SYNC);
                }
            }

            @Override
            public void link(Path existing, Path second) throws IOException {
                super.link(existing, second);
                reach(HaltPoint.AFTER_COPY_LINK);
            }

            @Override
            public void rename(Path from, Path to) throws IOException {
                super.rename(from, to);
                String name = to.getFileName().toString();
                reach(name.endsWith(".pack") ? HaltPoint.AFTER_PACK_RENAME
                    : name.endsWith(".idx") ? HaltPoint.AFTER_INDEX_RENAME : HaltPoint.AFTER_BITMAP_RENAME);
            }

            @Override
            public void delete(Path path) throws IOException {
                boolean there = Files.exists(path);
                super.delete(path);
                String name = path.getFileName().toString();
                if (there && name.endsWith(".idx")) {
                    reach(HaltPoint.AFTER_INDEX_DELETE);
                } else if (there && name.endsWith(".pack")) {
                    reach(HaltPoint.AFTER_PACK_DELETE);
                }
            }
        };
    }
}
