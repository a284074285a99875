package dev.trine.deploy.chaos;

import dev.trine.deploy.chaos.LinkState.Direction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Loses packets in the kernel, in the run's own network: TCP behaves as between machines. One caller at a time. */
final class PacketFilter {
    private static final String TABLE = "trine_lab";
    private static final String CHAIN = "lost";
    private static final Pattern COUNTER = Pattern.compile("counter packets ([0-9]+)");

    private long lost;

    private PacketFilter() {
    }

    /** A filter that loses nothing yet; none outside an enclosure or without nft. */
    static Optional<PacketFilter> find() {
        if (!Enclosure.isInside()) {
            return Optional.empty();
        }
        try {
            nft("add", "table", "ip", TABLE);
            nft("add", "chain", "ip", TABLE, CHAIN, "{ type filter hook input priority 0; }");
            return Optional.of(new PacketFilter());
        } catch (UncheckedIOException notInstalled) {
            return Optional.empty();
        }
    }

    /** Loses all packets of connections to that port, in one direction. */
    void lose(int port, Direction direction) {
        nft("add", "rule", "ip", TABLE, CHAIN, "tcp", direction == Direction.FORTH ? "dport" : "sport",
            Integer.toString(port), "counter", "drop");
    }

    /** Loses nothing any more. */
    void heal() {
        lost += count();
        nft("flush", "chain", "ip", TABLE, CHAIN);
    }

    /** How many packets were lost so far. */
    long lost() {
        return lost + count();
    }

    private static long count() {
        return COUNTER.matcher(nft("list", "chain", "ip", TABLE, CHAIN)).results()
            .mapToLong(match -> Long.parseLong(match.group(1))).sum();
    }

    private static String nft(String... arguments) {
        List<String> command = new ArrayList<>(List.of("nft"));
        command.addAll(List.of(arguments));
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IOException(String.join(" ", command) + " failed: " + said.strip());
            }
            return said;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new IOException("interrupted", e));
        }
    }
}
