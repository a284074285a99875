package dev.trine.server.receive;

import java.util.TreeSet;

/** Names of refs none of which is a directory of another one. Takes no more memory than the names. */
final class DisjointNames {
    /** With the zero byte, which no name has, for the slash: what lies below a name then follows it at once. */
    private final TreeSet<String> names = new TreeSet<>();

    /** Adds a legal name; false: it excludes one that is here. */
    boolean add(String name) {
        String key = name.replace('/', '\0');
        String before = names.floor(key);
        String after = names.ceiling(key);
        if (before != null && key.startsWith(before + '\0') || after != null && after.startsWith(key + '\0')) {
            return false;
        }
        names.add(key);
        return true;
    }
}
