package dev.trine.server.content;

import java.util.BitSet;
import java.util.Map;
import java.util.function.IntPredicate;

/** Characters in brackets, as a part of a {@link Glob}: single ones, ranges, and classes such as [:digit:]. */
final class GlobClass {
    private static final int ASCII = 0x80;
    private static final Map<String, IntPredicate> NAMED = Map.ofEntries(
        Map.entry("alnum", c -> c < ASCII && Character.isLetterOrDigit(c)),
        Map.entry("alpha", c -> c < ASCII && Character.isLetter(c)),
        Map.entry("blank", c -> c == ' ' || c == '\t'),
        Map.entry("cntrl", c -> c < ' ' || c == ASCII - 1),
        Map.entry("digit", c -> c >= '0' && c <= '9'),
        Map.entry("graph", c -> c > ' ' && c < ASCII - 1),
        Map.entry("lower", c -> c >= 'a' && c <= 'z'),
        Map.entry("print", c -> c >= ' ' && c < ASCII - 1),
        Map.entry("punct", c -> c > ' ' && c < ASCII - 1 && !Character.isLetterOrDigit(c)),
        Map.entry("space", c -> c == ' ' || c >= '\t' && c <= '\r'),
        Map.entry("upper", c -> c >= 'A' && c <= 'Z'),
        Map.entry("xdigit", c -> c < ASCII && Character.digit(c, 16) >= 0));

    private GlobClass() {
    }

    /** Where what follows a class begins; negative: it has no end. */
    static int end(String pattern, int open) {
        int at = content(pattern, open);
        for (boolean first = true; at < pattern.length(); first = false) {
            if (pattern.charAt(at) == ']' && !first) {
                return at + 1;
            }
            int named = namedEnd(pattern, at);
            at = named > 0 ? named : pattern.charAt(at) == '\\' ? at + 2 : at + 1;
        }
        return -1;
    }

    /** The characters of a class, never a slash. */
    static IntPredicate of(String pattern, int open, int end) {
        BitSet members = new BitSet();
        int at = content(pattern, open);
        while (at < end - 1) {
            int named = namedEnd(pattern, at);
            if (named > 0) {
                IntPredicate wanted = NAMED.get(pattern.substring(at + 2, named - 2));
                if (wanted == null) {
                    return c -> false;
                }
                for (int c = 0; c < ASCII; c++) {
                    members.set(c, members.get(c) || wanted.test(c));
                }
                at = named;
            } else {
                at = range(pattern, at, end, members);
            }
        }
        boolean others = content(pattern, open) > open + 1;
        return c -> c != '/' && members.get(c) != others;
    }

    /** Takes a character, or a range of them; returns where what follows begins. */
    private static int range(String pattern, int from, int end, BitSet members) {
        int at = pattern.charAt(from) == '\\' ? from + 1 : from;
        char first = pattern.charAt(at);
        members.set(first); // as in Git, even where the range is none
        at++;
        if (pattern.charAt(at) != '-' || at + 1 >= end - 1) {
            return at;
        }
        at = pattern.charAt(at + 1) == '\\' ? at + 2 : at + 1;
        if (first <= pattern.charAt(at)) {
            members.set(first, pattern.charAt(at) + 1);
        }
        return at + 1;
    }

    private static int content(String pattern, int open) {
        boolean others = open + 1 < pattern.length() && (pattern.charAt(open + 1) == '!'
            || pattern.charAt(open + 1) == '^');
        return others ? open + 2 : open + 1;
    }

    /** Where what follows a class with a name begins; 0: none begins here. */
    private static int namedEnd(String pattern, int at) {
        int close = pattern.startsWith("[:", at) ? pattern.indexOf(":]", at + 2) : -1;
        return close < 0 ? 0 : close + 2;
    }
}
