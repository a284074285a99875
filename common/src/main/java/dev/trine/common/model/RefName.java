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
        if (!name.startsWith("refs/") || name.endsWith(".") || name.contains("..") || name.contains("@{")
            || name.getBytes(StandardCharsets.UTF_8).length > BYTES_MAX) {
            return false;
        }
        for (String part : name.split("/", -1)) {
            if (part.isEmpty() || part.startsWith(".") || part.endsWith(".lock")) {
                return false;
            }
        }
        return name.chars().noneMatch(RefName::isForbidden);
    }

    private static boolean isForbidden(int c) {
        return c <= ' ' || c == 0x7f || "~^:?*[\\".indexOf(c) >= 0;
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
