package dev.trine.http;

import dev.trine.common.door.TerminalText;
import dev.trine.common.model.RequestId;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/**
 * A push that is refused as a whole, before anything of it goes to an upstream, because rules of refs stand against
 * some of it.
 *
 * @param commands all of it
 * @param against  what is protected, each with the pattern of a rule
 */
record ProtectedPush(PushCommands commands, Map<PushCommands.Command, String> against) {
    private static final int TOLD_MAX = 20;
    private static final int PACKET_BYTES_MAX = 65_000;
    private static final byte DATA = 1;
    private static final byte MESSAGES = 2;

    /** Why, for people: of the first ref that is protected. */
    String sentence() {
        return sentence(against.entrySet().iterator().next());
    }

    private static String sentence(Map.Entry<PushCommands.Command, String> refused) {
        String what = switch (refused.getKey().change()) {
            case FORWARDS -> "change";
            case ELSEWHERE -> "force-push";
            case DELETION -> "delete";
        };
        return TerminalText.line("you may not " + what + " '" + refused.getKey().name() + "', which the rule '"
            + refused.getValue() + "' protects; ask a maintainer, or push to another ref");
    }

    /** Whether its client takes an answer in which it finds the reason. */
    boolean isToldInPackProtocol() {
        return commands.capabilities().contains("side-band-64k")
            && commands.capabilities().stream().anyMatch(word -> word.startsWith("report-status"));
    }

    /** The answer in the pack protocol. */
    byte[] answer(RequestId request) {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        against.entrySet().stream().limit(TOLD_MAX).forEach(refused -> answer.writeBytes(packet(MESSAGES,
            ("error: " + request.on(sentence(refused)) + "\n").getBytes(StandardCharsets.UTF_8))));
        ByteArrayOutputStream report = new ByteArrayOutputStream();
        report.writeBytes(PktLine.of("unpack ok\n"));
        for (PushCommands.Command command : commands.each()) {
            String why = against.containsKey(command) ? "protected ref" : "refused with another ref of this push";
            report.writeBytes(PktLine.of(("ng " + command.ref() + " " + why + "\n")
                .getBytes(StandardCharsets.ISO_8859_1)));
        }
        report.writeBytes(PktLine.FLUSH.getBytes(StandardCharsets.US_ASCII));
        byte[] lines = report.toByteArray();
        for (int at = 0; at < lines.length; at += PACKET_BYTES_MAX) {
            answer.writeBytes(packet(DATA, Arrays.copyOfRange(lines, at, Math.min(lines.length,
                at + PACKET_BYTES_MAX))));
        }
        answer.writeBytes(PktLine.FLUSH.getBytes(StandardCharsets.US_ASCII));
        return answer.toByteArray();
    }

    private static byte[] packet(byte band, byte[] payload) {
        byte[] banded = new byte[payload.length + 1];
        banded[0] = band;
        System.arraycopy(payload, 0, banded, 1, payload.length);
        return PktLine.of(banded);
    }
}
