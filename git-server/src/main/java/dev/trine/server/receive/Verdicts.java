package dev.trine.server.receive;

import dev.trine.common.model.ObjectName;
import dev.trine.common.model.RefName;
import dev.trine.server.hosting.Deed;
import dev.trine.server.pkt.OneLine;
import dev.trine.server.pkt.PktWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What has been decided about each command of a push: refused with a reason, or not refused so far. */
final class Verdicts {
    private final List<Command> commands;
    private final Map<Command, String> refused = new IdentityHashMap<>();

    Verdicts(List<Command> commands) {
        this.commands = commands;
    }

    /** Refuses a command, unless it already is: the first reason stands. */
    void refuse(Command command, String reason) {
        refused.putIfAbsent(command, OneLine.of(reason));
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

    /** Why a command was refused; empty: it was not. */
    Optional<String> reason(Command command) {
        return Optional.ofNullable(refused.get(command));
    }

    /** The commands that are not refused, in the client's order. */
    List<Command> standing() {
        return commands.stream().filter(command -> !refused.containsKey(command)).toList();
    }

    /** Notes what became of each command; of a push nothing more is decided. */
    void tell(Deed deed) {
        for (Command command : commands) {
            deed.changed(new Deed.Ref(nameOf(command), command.oldId().map(ObjectName::hex).orElse(""),
                command.newId().map(ObjectName::hex).orElse(""), reason(command).orElse(Deed.Ref.OK)));
        }
    }

    /** As it is meant, or as it was sent if it is not legal. */
    private static String nameOf(Command command) {
        return OneLine.of(command.name().map(RefName::value).orElseGet(command::rawName));
    }

    /**
     * The report-status. Version 2 differs by options that only a server that rewrites refs sends: this one never does.
     *
     * @param unpack "ok" or the reason why the pack is of no use
     */
    byte[] report(String unpack) throws IOException {
        ByteArrayOutputStream report = new ByteArrayOutputStream();
        PktWriter lines = new PktWriter(report);
        lines.line("unpack " + OneLine.of(unpack));
        for (Command command : commands) {
            String reason = refused.get(command);
            lines.line(reason == null ? verdict("ok ", command, "") : verdict("ng ", command, " " + reason));
        }
        lines.flush();
        return report.toByteArray();
    }

    /** The name's bytes are those that the client sent, whatever they are. */
    private static byte[] verdict(String word, Command command, String rest) {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        line.writeBytes(word.getBytes(StandardCharsets.US_ASCII));
        line.writeBytes(command.rawName().getBytes(StandardCharsets.ISO_8859_1));
        line.writeBytes(rest.getBytes(StandardCharsets.UTF_8));
        return line.toByteArray();
    }
}
