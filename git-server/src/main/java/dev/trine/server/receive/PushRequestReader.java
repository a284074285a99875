package dev.trine.server.receive;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Reads a client's commands and push options, up to the first byte of its pack. Reads one request, then is spent. */
final class PushRequestReader {
    private final PktLineReader lines;
    private final ReceiveSettings limits;
    private final List<Command> commands = new ArrayList<>();
    private final Set<String> capabilities = new LinkedHashSet<>();
    private int shallowLines;

    PushRequestReader(PktLineReader lines, ReceiveSettings limits) {
        this.lines = lines;
        this.limits = limits;
    }

    /** The request; without commands if the client has nothing to push. */
    PushRequest read() throws IOException, ProtocolViolation {
        boolean more = true;
        while (more) {
            switch (lines.read()) {
                case PktLine.Data line -> take(line.latin1());
                case PktLine.Flush flush -> more = false;
                case PktLine.End end -> throw new ProtocolViolation("the commands do not end with a flush packet");
            }
        }
        List<String> options = capabilities.contains("push-options") ? readOptions() : List.of();
        return new PushRequest(commands, capabilities, shallowLines > 0, options);
    }

    /** Whether the client chose side-band-64k, as far as it has been read. */
    boolean sideBand() {
        return capabilities.contains("side-band-64k");
    }

    private void take(String line) throws ProtocolViolation {
        if (line.startsWith("shallow ")) {
            takeShallow();
        } else if (line.startsWith("push-cert")) {
            throw new ProtocolViolation("signed pushes are not accepted here; push without --signed");
        } else {
            takeCommand(line);
        }
    }

    private void takeShallow() throws ProtocolViolation {
        shallowLines++;
        if (shallowLines > limits.shallowLinesMax()) {
            throw new ProtocolViolation("more than " + limits.shallowLinesMax() + " shallow lines; push from a clone"
                + " with more history");
        }
    }

    private void takeCommand(String line) throws ProtocolViolation {
        int zero = line.indexOf('\0');
        if (zero >= 0 && commands.isEmpty()) {
            takeCapabilities(line.substring(zero + 1));
        }
        if (commands.size() == limits.commandsMax()) {
            throw new ProtocolViolation("more than " + limits.commandsMax() + " refs in one push; push them in parts");
        }
        commands.add(Command.parse(zero >= 0 ? line.substring(0, zero) : line));
    }

    private void takeCapabilities(String list) throws ProtocolViolation {
        for (String capability : list.split(" ")) {
            if (capability.startsWith("object-format=") && !capability.equals("object-format=sha1")) {
                throw new ProtocolViolation(PushRequest.SHA1_ONLY);
            }
            capabilities.add(capability);
        }
    }

    private List<String> readOptions() throws IOException, ProtocolViolation {
        List<String> options = new ArrayList<>();
        while (true) {
            switch (lines.read()) {
                case PktLine.Data line -> options.add(new String(line.payload(), StandardCharsets.UTF_8));
                case PktLine.Flush flush -> {
                    return options;
                }
                case PktLine.End end -> throw new ProtocolViolation("push options do not end with a flush packet");
            }
            if (options.size() > limits.pushOptionsMax()) {
                throw new ProtocolViolation("more than " + limits.pushOptionsMax() + " push options");
            }
        }
    }
}
