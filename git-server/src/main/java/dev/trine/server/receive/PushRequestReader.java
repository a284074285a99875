package dev.trine.server.receive;

import dev.trine.server.pkt.ObjectFormat;
import dev.trine.server.pkt.Pkt;
import dev.trine.server.pkt.PktReader;
import dev.trine.server.pkt.PktWriter;
import dev.trine.server.pkt.ProtocolErrorException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Reads a client's commands and push options, up to the first byte of its pack. Reads one request, then is spent. */
final class PushRequestReader {
    private final PktReader lines;
    private final ReceiveSettings limits;
    private final List<Command> commands = new ArrayList<>();
    private final Set<String> capabilities = new LinkedHashSet<>();
    private final PktWriter errors;
    private int shallowLines;

    /**
     * A reader of those packets.
     *
     * @param errors told when the client takes errors over the side-band
     */
    PushRequestReader(PktReader lines, ReceiveSettings limits, PktWriter errors) {
        this.lines = lines;
        this.limits = limits;
        this.errors = errors;
    }

    /** The request; without commands if the client has nothing to push. */
    PushRequest read() throws IOException, ProtocolErrorException {
        boolean more = true;
        while (more) {
            switch (lines.next()) {
                case Pkt.Line line -> take(line.latin1());
                case Pkt.Mark mark -> more = !ends(mark);
            }
        }
        List<String> options = capabilities.contains("push-options") ? readOptions() : List.of();
        return new PushRequest(commands, capabilities, shallowLines > 0, PushToken.among(options));
    }

    /** Whether that ends a list; whatever else is no line breaks the protocol. */
    private static boolean ends(Pkt.Mark mark) throws ProtocolErrorException {
        return switch (mark) {
            case FLUSH -> true;
            case DELIM -> throw new ProtocolErrorException("protocol error: unexpected delimiter packet");
            case END_OF_INPUT -> throw PktReader.hungUp();
        };
    }

    private void take(String line) throws ProtocolErrorException {
        if (line.startsWith("shallow ")) {
            takeShallow();
        } else if (line.startsWith("push-cert")) {
            throw new ProtocolErrorException("signed pushes are not accepted here; push without --signed");
        } else {
            takeCommand(line);
        }
    }

    private void takeShallow() throws ProtocolErrorException {
        shallowLines++;
        if (shallowLines > limits.shallowLinesMax()) {
            throw new ProtocolErrorException("more than " + limits.shallowLinesMax()
                + " shallow lines, the limit of this server (push.shallow-lines-max); push from a clone with more"
                + " history");
        }
    }

    private void takeCommand(String line) throws ProtocolErrorException {
        int zero = line.indexOf('\0');
        if (zero >= 0 && commands.isEmpty()) {
            takeCapabilities(line.substring(zero + 1));
        }
        if (commands.size() == limits.commandsMax()) {
            throw new ProtocolErrorException("more than " + limits.commandsMax()
                + " refs in one push, the limit of this server (push.commands-max); push them in parts");
        }
        commands.add(Command.parse(zero >= 0 ? line.substring(0, zero) : line));
    }

    private void takeCapabilities(String list) throws ProtocolErrorException {
        List<String> words = List.of(list.split(" "));
        if (words.contains("side-band-64k")) {
            errors.useSideband();
        }
        for (String capability : words) {
            if (capability.startsWith(ObjectFormat.KEY)) {
                ObjectFormat.requireSha1(capability.substring(ObjectFormat.KEY.length()));
            }
            capabilities.add(capability);
        }
    }

    private List<String> readOptions() throws IOException, ProtocolErrorException {
        List<String> options = new ArrayList<>();
        boolean more = true;
        while (more) {
            switch (lines.next()) {
                case Pkt.Line line -> options.add(line.text());
                case Pkt.Mark mark -> more = !ends(mark);
            }
            if (options.size() > limits.pushOptionsMax()) {
                throw new ProtocolErrorException("more than " + limits.pushOptionsMax()
                    + " push options, the limit of this server (push.push-options-max)");
            }
        }
        return options;
    }
}
