package dev.trine.http;

import dev.trine.common.door.AddressRange;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A header in which proxies note, each behind what the one before it wrote, whom they got a request from. */
enum ForwardedHeader {
    /** X-Forwarded-For: addresses. */
    X_FORWARDED_FOR("X-Forwarded-For") {
        @Override
        String hop(String element) {
            return element;
        }
    },
    /** Forwarded (RFC 7239): pairs, of which "for" counts. */
    FORWARDED("Forwarded") {
        @Override
        String hop(String element) {
            for (String pair : element.split(";")) {
                Matcher match = FOR.matcher(pair.strip());
                if (match.matches()) {
                    return match.group(1);
                }
            }
            return "";
        }
    };

    private static final Pattern FOR = Pattern.compile("(?i)for=\"?([^\"]*)\"?");
    /** An address alone; one of IPv4 or in brackets may have a port. */
    private static final Pattern HOP = Pattern.compile("([0-9.]+)(?::\\d{1,5})?|\\[([0-9A-Fa-f:.]+)](?::\\d{1,5})?|"
        + "([0-9A-Fa-f:.]+)");

    private final String text;

    ForwardedHeader(String text) {
        this.text = text;
    }

    /** Its name. */
    String text() {
        return text;
    }

    abstract String hop(String element);

    /**
     * The client, if the proxies of those ranges tell the truth and all others may lie: the last address that is none
     * of theirs. Empty: there is none, or it is hidden.
     *
     * @param values of the header, in order
     */
    Optional<InetAddress> client(List<String> values, List<AddressRange> trusted) {
        List<String> elements = new ArrayList<>();
        values.forEach(value -> elements.addAll(List.of(value.split(",", -1))));
        Optional<InetAddress> first = Optional.empty();
        for (String element : elements.reversed()) {
            Optional<InetAddress> address = address(hop(element.strip()));
            if (address.isEmpty() || !AddressRange.anyContains(trusted, address.get())) {
                return address;
            }
            first = address;
        }
        return first;
    }

    private static Optional<InetAddress> address(String hop) {
        Matcher match = HOP.matcher(hop);
        if (!match.matches()) {
            return Optional.empty();
        }
        String address = match.group(1) != null ? match.group(1)
            : match.group(2) != null ? match.group(2) : match.group(3);
        try {
            return Optional.of(AddressRange.address(address));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
