package dev.trine.common.live;

import java.util.Optional;

/**
 * A setting that can be changed live.
 *
 * @param name    the key of the configuration whose value it takes the place of, where there is one
 * @param kind    what values it may have
 * @param by      who applies it
 * @param meaning what it is for, in one sentence without a full stop
 */
public record Setting<T>(String name, Kind<T> kind, By by, String meaning) {
    private static final int SHOWN_CHARS_MAX = 100;

    /** Who applies a setting. */
    public enum By {
        /** The git servers. */
        GIT_SERVERS("git servers"),
        /** The shard routers. */
        ROUTERS("shard routers"),
        /** The HTTP proxies. */
        HTTP_PROXIES("HTTP proxies"),
        /** Both kinds of proxies. */
        PROXIES("SSH and HTTP proxies");

        private final String words;

        By(String words) {
            this.words = words;
        }

        /** As people call them. */
        public String words() {
            return words;
        }
    }

    /** Reads a value; empty: it is none for this setting. */
    public Optional<T> parse(String text) {
        return kind.parse(text);
    }

    /** That text in the form in which it is kept; empty: it is no value for this setting. */
    public Optional<String> normal(String text) {
        return parse(text).map(kind::format);
    }

    /** Why that text is no value, in one sentence. */
    public String objection(String text) {
        String shown = text.length() <= SHOWN_CHARS_MAX ? text : text.substring(0, SHOWN_CHARS_MAX) + "...";
        return name + " takes a value of type " + kind.type() + ", " + kind.range() + ", not '" + shown + "'";
    }
}
