package dev.trine.common.model;

import java.util.List;
import java.util.Optional;

/** What the caller of a push may not do with some refs; where several limits match a ref, all of them hold. */
public record RefLimits(List<Limit> each) {
    /** Most limits of one call. */
    public static final int MAX = 1_000;
    /** The caller may do everything with every ref. */
    public static final RefLimits NONE = new RefLimits(List.of());

    public RefLimits {
        each = List.copyOf(each);
        if (each.size() > MAX) {
            throw new IllegalArgumentException(each.size() + " limits of refs, at most " + MAX + " are accepted");
        }
    }

    /**
     * A limit.
     *
     * @param pattern full ref name in which '*' stands for anything but '/', and '**' for anything
     * @param push    whether he may create such refs and move them forwards
     * @param force   whether he may also move them elsewhere
     * @param delete  whether he may delete them
     */
    public record Limit(String pattern, boolean push, boolean force, boolean delete) {
        private boolean covers(String ref) {
            int literal = pattern.indexOf('*');
            if (literal < 0) {
                return ref.equals(pattern);
            }
            return ref.startsWith(pattern.substring(0, literal)) && covers(ref, literal);
        }

        /** Goes once through the name, at all places of the pattern at a time: no pattern makes that long. */
        private boolean covers(String ref, int start) {
            boolean[] at = new boolean[pattern.length() + 1];
            at[start] = true;
            passStars(at);
            for (int i = start; i < ref.length(); i++) {
                at = after(at, ref.charAt(i));
            }
            return at[pattern.length()];
        }

        private boolean[] after(boolean[] at, char c) {
            boolean[] next = new boolean[at.length];
            for (int i = 0; i < pattern.length(); i++) {
                if (at[i] && pattern.charAt(i) == '*') {
                    next[i] |= c != '/' || isDouble(i);
                } else if (at[i]) {
                    next[i + 1] |= c == pattern.charAt(i);
                }
            }
            passStars(next);
            return next;
        }

        /** A star may stand for nothing. */
        private void passStars(boolean[] at) {
            for (int i = 0; i < pattern.length(); i++) {
                at[i + 1] |= at[i] && pattern.charAt(i) == '*';
            }
        }

        private boolean isDouble(int star) {
            return pattern.startsWith("**", star) || star > 0 && pattern.startsWith("**", star - 1);
        }

        private boolean allows(Change change) {
            return switch (change) {
                case FORWARDS -> push;
                case ELSEWHERE -> push && force;
                case DELETION -> delete;
            };
        }
    }

    /** What may be done with a ref. */
    public enum Change {
        /** It is created, or moved to where the old value is contained. */
        FORWARDS,
        /** It is moved so that the old value is lost. */
        ELSEWHERE,
        /** It is deleted. */
        DELETION
    }

    /** The pattern of a limit that stands against it; empty: he may. */
    public Optional<String> against(String ref, Change change) {
        return each.stream().filter(limit -> limit.covers(ref) && !limit.allows(change)).map(Limit::pattern)
            .findFirst();
    }
}
