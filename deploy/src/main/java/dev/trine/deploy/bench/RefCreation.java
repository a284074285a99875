package dev.trine.deploy.bench;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Refs to objects that the server has. The stock client takes minutes to compare very many refs with what it is told to
 * push; this is what it would send in the end.
 *
 * @param refs objects by name of ref; at least one, none of which is there
 */
record RefCreation(Map<String, String> refs) {
    private static final String NO_OBJECT = "0".repeat(40);

    /** What the client sends. */
    byte[] request() {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        String capabilities = "\0 report-status\n";
        for (String name : refs.keySet().stream().sorted(Comparator.naturalOrder()).toList()) {
            request.writeBytes(PktLines.line(NO_OBJECT + " " + refs.get(name) + " " + name + capabilities));
            capabilities = "\n";
        }
        request.writeBytes(PktLines.FLUSH);
        request.writeBytes(CommitPack.empty());
        return request.toByteArray();
    }

    /** Whether an answer says that all were made. */
    boolean isDone(byte[] answer) {
        Map<Boolean, Long> lines = new String(answer, StandardCharsets.UTF_8).lines()
            .filter(line -> line.contains("ok refs/") || line.contains("ng refs/"))
            .collect(Collectors.partitioningBy(line -> line.contains("ok refs/"), Collectors.counting()));
        return lines.get(true) == refs.size() && lines.get(false) == 0;
    }
}
