package dev.trine.common.model;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Full name of a ref, "HEAD" or "refs/…", legal by the rules of git-check-ref-format and at most {@link #BYTES_MAX}
 * bytes. Ordered as Git lists refs: by the bytes of the UTF-8 form.
 */
public record RefName(String value) implements Comparable<RefName> {
    /** The symbolic ref of the default branch. */
    public static final RefName HEAD = new RefName("HEAD");
    /** Greatest length in bytes of UTF-8. */
    public static final int BYTES_MAX = 1024;
    private static final String REFS = "refs/";
    private static final String LOCK = ".lock";

    public RefName {
        if (!isLegal(value)) {
            throw new IllegalArgumentException("not a legal ref name: '" + value + "'");
        }
    }

    /** Whether Git would accept that name for a ref of a hosted repository. */
    public static boolean isLegal(String name) {
        if (name.equals("HEAD")) {
            return true;
        }
        if (!name.startsWith(REFS) || name.length() == REFS.length()) {
            return false;
        }
        int bytes = REFS.length();
        char previous = '/';
        for (int i = REFS.length(); i < name.length(); i++) {
            char c = name.charAt(i);
            if (isForbidden(c) || !isLegalAfter(previous, c) || c == '/' && name.startsWith(LOCK, i - LOCK.length())) {
                return false;
            }
            bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
            previous = c;
        }
        return previous != '/' && previous != '.' && !name.endsWith(LOCK) && bytes <= BYTES_MAX;
    }

    /** No part is empty or begins with a dot; no two dots, and no "@{", anywhere. */
    private static boolean isLegalAfter(char previous, char c) {
        return switch (c) {
            case '/' -> previous != '/';
            case '.' -> previous != '/' && previous != '.';
            case '{' -> previous != '@';
            default -> true;
        };
    }

    private static boolean isForbidden(char c) {
        return switch (c) {
            case '~', '^', ':', '?', '*', '[', '\\', 0x7f -> true;
            default -> c <= ' ';
        };
    }

    @Override
    public int compareTo(RefName other) {
        return Arrays.compareUnsigned(value.getBytes(StandardCharsets.UTF_8),
            other.value.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return value;
    }
}
