package dev.trine.common.model;

/** Hexadecimal text of a fixed length, lower case: the form of every id in the model. */
final class Hex {
    private Hex() {
    }

    static void check(String value, int digits, String what) {
        if (value.length() != digits) {
            throw new IllegalArgumentException("not " + what + ", which has " + digits + " hexadecimal digits: '"
                + value + "'");
        }
        for (int i = 0; i < digits; i++) {
            char c = value.charAt(i);
            if (!(c >= '0' && c <= '9' || c >= 'a' && c <= 'f')) {
                throw new IllegalArgumentException("not " + what + ": '" + value + "'");
            }
        }
    }
}
