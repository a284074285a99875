package dev.trine.server.receive;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** What has been decided about each command of a push: refused with a reason, or not refused so far. */
final class Verdicts {
    private final List<Command> commands;
    private final Map<Command, String> refused = new IdentityHashMap<>();

    Verdicts(List<Command> commands) {
        this.commands = commands;
    }

    /** Refuses a command, unless it already is: the first reason stands. */
    void refuse(Command command, String reason) {
        refused.putIfAbsent(command, Text.printable(reason));
    }

    /** Refuses all that are not refused yet. */
    void refuseRest(String reason) {
        commands.forEach(command -> refuse(command, reason));
    }

    boolean isRefused(Command command) {
        return refused.containsKey(command);
    }

    boolean anyRefused() {
        return !refused.isEmpty();
    }

    /** The commands that are not refused, in the client's order. */
    List<Command> standing() {
        return commands.stream().filter(command -> !refused.containsKey(command)).toList();
    }

    /**
     * The report-status. Version 2 differs by options that only a server that rewrites refs sends: this one never does.
     *
     * @param unpack "ok" or the reason why the pack is of no use
     */
    byte[] report(String unpack) {
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        line(lines, "unpack ".getBytes(StandardCharsets.UTF_8), Text.printable(unpack));
        for (Command command : commands) {
            String reason = refused.get(command);
            byte[] name = command.rawName().getBytes(StandardCharsets.ISO_8859_1);
            line(lines, concat(reason == null ? "ok " : "ng ", name), reason == null ? "" : " " + reason);
        }
        lines.writeBytes("0000".getBytes(StandardCharsets.US_ASCII));
        return lines.toByteArray();
    }

    private static byte[] concat(String word, byte[] name) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(word.getBytes(StandardCharsets.US_ASCII));
        bytes.writeBytes(name);
        return bytes.toByteArray();
    }

    private static void line(ByteArrayOutputStream lines, byte[] start, String rest) {
        byte[] end = (rest + "\n").getBytes(StandardCharsets.UTF_8);
        int length = 4 + start.length + end.length;
        lines.writeBytes(String.format("%04x", length).getBytes(StandardCharsets.US_ASCII));
        lines.writeBytes(start);
        lines.writeBytes(end);
    }
}
