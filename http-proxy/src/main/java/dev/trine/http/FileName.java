package dev.trine.http;

import java.nio.charset.StandardCharsets;

/** The header Content-Disposition (RFC 6266), whatever characters a file's name has. */
final class FileName {
    private static final int CHARS_MAX = 200;
    private static final String UNRESERVED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._";

    private FileName() {
    }

    /**
     * The header's value: a name of plain characters for all clients, and the whole one for those that know how.
     *
     * @param kind "attachment" or "inline"
     */
    static String header(String kind, String name) {
        String cut = name.length() > CHARS_MAX ? name.substring(name.length() - CHARS_MAX) : name;
        String plain = cut.replaceAll("[^A-Za-z0-9._-]", "_").replaceFirst("^\\.+", "_");
        String header = kind + "; filename=\"" + plain + "\"";
        return plain.equals(cut) ? header : header + "; filename*=UTF-8''" + escaped(cut);
    }

    private static String escaped(String name) {
        StringBuilder escaped = new StringBuilder();
        for (byte each : name.getBytes(StandardCharsets.UTF_8)) {
            if (UNRESERVED.indexOf(each) >= 0) {
                escaped.append((char) each);
            } else {
                escaped.append(String.format("%%%02X", each & 0xff));
            }
        }
        return escaped.toString();
    }
}
