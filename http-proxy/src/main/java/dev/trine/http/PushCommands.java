package dev.trine.http;

import dev.trine.common.model.RefLimits;
import dev.trine.common.model.RefLimits.Change;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpStatus;

/**
 * What a push asks for, which is at the beginning of its body. Names are as they were sent, a character for each byte.
 *
 * @param each         what it does to which ref, in the client's order
 * @param capabilities what its client understands
 */
record PushCommands(List<Command> each, List<String> capabilities) {
    private static final String ID = "([0-9a-fA-F]{40}|[0-9a-fA-F]{64})";
    private static final Pattern COMMAND = Pattern.compile(ID + " " + ID + " (.+)", Pattern.DOTALL);
    private static final String TAGS = "refs/tags/";
    /** All that a push may say before its pack, unpacked. */
    static final int BYTES_MAX = 1 << 20;

    PushCommands {
        each = List.copyOf(each);
        capabilities = List.copyOf(capabilities);
    }

    /**
     * One of them.
     *
     * @param ref    the ref's name
     * @param change what becomes of it, as far as that can be told without the objects: a branch that moves counts as
     *               one that moves forwards
     */
    record Command(String ref, Change change) {
        /** Its name as people read it, and rules do. */
        String name() {
            return new String(ref.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        }
    }

    /**
     * Reads them, and no further than the buffers of the stream do.
     *
     * @throws BadBody it is not the beginning of a push, or of one that can be looked into
     */
    static PushCommands read(InputStream body) throws IOException {
        List<Command> commands = new ArrayList<>();
        List<String> capabilities = List.of();
        int bytes = 0;
        for (Optional<byte[]> packet = PktLine.read(body); packet.isPresent(); packet = PktLine.read(body)) {
            bytes += packet.get().length;
            if (bytes > BYTES_MAX) {
                throw tooMany();
            }
            String line = new String(packet.get(), StandardCharsets.ISO_8859_1);
            if (line.startsWith("push-cert")) {
                throw new BadBody(HttpStatus.BAD_REQUEST_400, "signed pushes are not accepted where rules protect refs;"
                    + " push without --signed");
            }
            if (!line.startsWith("shallow ")) {
                int zero = line.indexOf('\0');
                if (zero >= 0 && commands.isEmpty()) {
                    capabilities = List.of(line.substring(zero + 1).strip().split(" "));
                }
                commands.add(command(zero < 0 ? line : line.substring(0, zero)));
            }
        }
        return new PushCommands(commands, capabilities);
    }

    /** That a push names more refs than are looked at. */
    static BadBody tooMany() {
        return new BadBody(HttpStatus.PAYLOAD_TOO_LARGE_413, "the push names so many refs that it takes more than "
            + BYTES_MAX + " bytes, the limit where rules protect refs; push them in parts");
    }

    private static Command command(String line) throws BadBody {
        Matcher parts = COMMAND.matcher(line.endsWith("\n") ? line.substring(0, line.length() - 1) : line);
        if (!parts.matches()) {
            throw new BadBody(HttpStatus.BAD_REQUEST_400, "the request body does not begin with commands of a push");
        }
        String old = parts.group(1);
        boolean moves = !isZero(old) && !old.equalsIgnoreCase(parts.group(2));
        return new Command(parts.group(3), isZero(parts.group(2)) ? Change.DELETION
            : moves && parts.group(3).startsWith(TAGS) ? Change.ELSEWHERE : Change.FORWARDS);
    }

    private static boolean isZero(String id) {
        return id.chars().allMatch(digit -> digit == '0');
    }

    /** The commands that limits stand against, each with the pattern of one. */
    Map<Command, String> against(RefLimits limits) {
        Map<Command, String> refused = new LinkedHashMap<>();
        each.forEach(command -> limits.against(command.name(), command.change())
            .ifPresent(pattern -> refused.put(command, pattern)));
        return refused;
    }
}
