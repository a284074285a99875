package dev.trine.server.content;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * A pattern of paths as in .gitattributes (gitignore(5)): a star and a question mark stand for anything but a slash,
 * two stars that are a whole part for any number of directories. It goes once through a path, at all places of the
 * pattern at a time: no pattern makes that long. Immutable.
 */
final class Glob {
    private final List<Part> parts;

    private Glob(List<Part> parts) {
        this.parts = parts;
    }

    /** What stands for one character, or for some. */
    private sealed interface Part {
        /** One character. */
        record One(IntPredicate of) implements Part {
        }

        /** Any number of characters but the slash. */
        record Some() implements Part {
        }

        /** Any number of directories, each with the slash behind it. */
        record Directories() implements Part {
        }

        /** Anything. */
        record All() implements Part {
        }
    }

    /** Takes what it costs to compare, a step for each character and place of the pattern. */
    interface Cost {
        /** So many steps are done; what it throws ends the comparison. */
        void steps(long count) throws NotServedException;
    }

    /** Reads a pattern, which has no slash at either end. A bracket without an end matches nothing. */
    static Glob of(String pattern) {
        List<Part> parts = new ArrayList<>();
        int at = 0;
        while (at < pattern.length()) {
            char c = pattern.charAt(at);
            if (c == '*') {
                at = stars(pattern, at, parts);
            } else if (c == '[') {
                int end = GlobClass.end(pattern, at);
                parts.add(new Part.One(end < 0 ? any -> false : GlobClass.of(pattern, at, end)));
                at = end < 0 ? pattern.length() : end;
            } else if (c == '?') {
                parts.add(new Part.One(any -> any != '/'));
                at++;
            } else {
                int literal = c == '\\' ? at + 1 : at;
                char wanted = literal < pattern.length() ? pattern.charAt(literal) : 0; // no path has that
                parts.add(new Part.One(any -> any == wanted));
                at = literal + 1;
            }
        }
        return new Glob(List.copyOf(parts));
    }

    /** Reads one star or more; returns where what follows begins. */
    private static int stars(String pattern, int from, List<Part> parts) {
        int end = from;
        while (end < pattern.length() && pattern.charAt(end) == '*') {
            end++;
        }
        boolean begins = from == 0 || pattern.charAt(from - 1) == '/';
        if (end - from == 2 && begins && end == pattern.length()) {
            parts.add(new Part.All());
        } else if (end - from == 2 && begins && pattern.charAt(end) == '/') {
            parts.add(new Part.Directories());
            end++;
        } else {
            parts.add(new Part.Some());
        }
        return end;
    }

    /** Whether a path matches. */
    boolean matches(String path, Cost cost) throws NotServedException {
        BitSet at = new BitSet(parts.size() + 1);
        enter(0, at);
        for (int i = 0; i < path.length(); i++) {
            cost.steps(1L + at.cardinality());
            if (at.isEmpty()) {
                return false;
            }
            at = after(at, path.charAt(i));
        }
        return at.get(parts.size());
    }

    /** What may stand for nothing is passed at once. */
    private void enter(int place, BitSet at) {
        int reached = place;
        at.set(reached);
        while (reached < parts.size() && !(parts.get(reached) instanceof Part.One)) {
            reached++;
            at.set(reached);
        }
    }

    private BitSet after(BitSet at, char c) {
        BitSet next = new BitSet(parts.size() + 1);
        for (int place = at.nextSetBit(0); place >= 0 && place < parts.size(); place = at.nextSetBit(place + 1)) {
            switch (parts.get(place)) {
                case Part.One one -> {
                    if (one.of().test(c)) {
                        enter(place + 1, next);
                    }
                }
                case Part.Some some -> {
                    if (c != '/') {
                        enter(place, next);
                    }
                }
                case Part.Directories directories -> {
                    next.set(place); // in the middle of a name; what follows begins behind a slash
                    if (c == '/') {
                        enter(place + 1, next);
                    }
                }
                case Part.All all -> enter(place, next);
            }
        }
        return next;
    }
}
