package dev.trine.deploy.chaos;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** All that the clients did, kept by them and not by the servers. Used by many threads. */
final class Ledger {
    private final List<Operation> operations = new ArrayList<>();

    synchronized void add(Operation operation) {
        operations.add(operation);
    }

    synchronized List<Operation> operations() {
        return List.copyOf(operations);
    }

    /** Writes it as one line for each operation, for whoever wants to look closely. */
    void write(Path file) throws IOException {
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            for (Operation operation : operations()) {
                out.write(line(operation));
                out.newLine();
            }
        }
    }

    private static String line(Operation operation) {
        return String.format("%9.3f %9.3f  client %-2d %-4s %-15s %-20s %-8s %s %s %s",
            operation.begun().toNanos() / 1e9, operation.ended().toNanos() / 1e9, operation.client(),
            operation.door(), operation.kind().title(), operation.repository(), operation.outcome().word(),
            operation.changes(), operation.seen(), operation.outcome().text());
    }
}
