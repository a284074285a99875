package dev.trine.common.config;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** Configuration keys: kebab-case names of record components, and the guess at what a misspelt one meant. */
final class Keys {
    private Keys() {
    }

    static String of(String componentName) {
        return componentName.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
    }

    /** The known key nearest to an unknown one, if one is near enough to be meant. */
    static Optional<String> nearest(String unknown, Collection<String> known) {
        int limit = Math.max(2, unknown.length() / 3);
        return known.stream()
            .filter(key -> distance(unknown, key) <= limit)
            .min((a, b) -> Integer.compare(distance(unknown, a), distance(unknown, b)));
    }

    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
