package dev.trine.deploy.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** The repositories that clients use, with the names of the branches in them. Used by many threads. */
final class Repositories {
    /** Branches that all clients compare and set. */
    static final List<String> SHARED =
        List.of("refs/heads/shared/0", "refs/heads/shared/1", "refs/heads/shared/2", "refs/heads/shared/3");
    /** Two branches that only atomic pushes change, always to the same commit. */
    static final List<String> PAIR = List.of("refs/heads/pair/a", "refs/heads/pair/b");
    static final String FIRST = "refs/heads/main";
    private static final String APPENDED = "refs/heads/log/";
    private static final int CREATED_MAX = 40;
    private static final int CREATED_ONE_IN = 5;

    private final List<String> base = new ArrayList<>();
    private final List<String> created = new ArrayList<>();
    private final List<String> lost = new ArrayList<>();
    private int creations;

    Repositories(int count) {
        for (int i = 0; i < count; i++) {
            base.add("chaos/base-" + i);
        }
    }

    /** The branch that only this client pushes to, one commit after the other. */
    static String appended(int client) {
        return APPENDED + client;
    }

    static boolean isAppended(String ref) {
        return ref.startsWith(APPENDED);
    }

    /** Those that exist from the start. */
    List<String> base() {
        return List.copyOf(base);
    }

    /** Any one, most often one of the first. */
    synchronized String any(Random random) {
        boolean late = !created.isEmpty() && random.nextInt(CREATED_ONE_IN) == 0;
        List<String> from = late ? created : base;
        return from.get(random.nextInt(from.size()));
    }

    /** Whether another one may be made; then it counts. */
    synchronized boolean mayCreate() {
        return creations < CREATED_MAX && ++creations <= CREATED_MAX;
    }

    /** A client has made one. */
    synchronized void add(String repository) {
        created.add(repository);
    }

    /** All that exist and have their name. */
    synchronized List<String> all() {
        List<String> all = new ArrayList<>(base);
        all.addAll(created);
        return all;
    }

    /** The database is about to forget the names of all that were made since the start; these are returned. */
    synchronized List<String> forgetCreated() {
        List<String> forgotten = List.copyOf(created);
        lost.addAll(forgotten);
        created.clear();
        return forgotten;
    }

    /** Those that lost their name. */
    synchronized List<String> lost() {
        return List.copyOf(lost);
    }
}
