package dev.trine.common.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A number of bytes, written "4096", "64k", "16m", "2g": powers of 1024. */
public record ByteSize(long bytes) {
    private static final Pattern FORM = Pattern.compile("([0-9]{1,15})([kmgt]?)");

    public ByteSize {
        if (bytes < 0) {
            throw new IllegalArgumentException("a size below zero: " + bytes);
        }
    }

    public static ByteSize parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException("not a size, write 64m");
        }
        int shift = form.group(2).isEmpty() ? 0 : ("kmgt".indexOf(form.group(2)) + 1) * 10;
        return new ByteSize(Math.multiplyExact(Long.parseLong(form.group(1)), 1L << shift));
    }

    @Override
    public String toString() {
        for (int unit = 4; unit > 0; unit--) {
            if (bytes != 0 && bytes % (1L << unit * 10) == 0) {
                return (bytes >> unit * 10) + "kmgt".substring(unit - 1, unit);
            }
        }
        return Long.toString(bytes);
    }
}
