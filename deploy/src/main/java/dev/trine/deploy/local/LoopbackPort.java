package dev.trine.deploy.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** TCP ports of the loopback interface. */
public final class LoopbackPort {
    // Linux gives ports from 32768 on to outgoing connections, others from 49152 on
    private static final int FIRST = 10_000;
    private static final int END = 32_000;
    private static final int TRIES_MAX = 10_000;

    private LoopbackPort() {
    }

    /** Whether nobody listens on it now, and we may. */
    static boolean isFree(int port) {
        Optional<ServerSocket> listens = listen(port);
        listens.ifPresent(LoopbackPort::close);
        return listens.isPresent();
    }

    /**
     * Different ports that are free now, and none that the system gives to outgoing connections: between now and the
     * start of whoever is to listen there, or while he is away for a moment, one of those would take it.
     */
    public static List<Integer> free(int count) {
        List<ServerSocket> held = new ArrayList<>();
        try {
            for (int tries = 0; held.size() < count; tries++) {
                if (tries == TRIES_MAX) {
                    throw new IllegalStateException("of " + TRIES_MAX + " ports from " + FIRST + " on, no " + count
                        + " were free");
                }
                listen(ThreadLocalRandom.current().nextInt(FIRST, END)).ifPresent(held::add);
            }
            return held.stream().map(ServerSocket::getLocalPort).toList();
        } finally {
            held.forEach(LoopbackPort::close);
        }
    }

    private static Optional<ServerSocket> listen(int port) {
        try {
            return Optional.of(new ServerSocket(port, 1, InetAddress.getLoopbackAddress()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static void close(ServerSocket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
