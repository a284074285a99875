package dev.trine.server.upload;

import dev.trine.server.hosting.Agent;
import dev.trine.server.hosting.Deed;
import dev.trine.server.pkt.ObjectFormat;
import dev.trine.server.pkt.Pkt;
import dev.trine.server.pkt.PktReader;
import dev.trine.server.pkt.PktWriter;
import dev.trine.server.pkt.ProtocolErrorException;
import dev.trine.server.pkt.ResolvedRefs;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.lib.Repository;

/** Protocol v2: the capability advertisement and the command loop. */
final class ProtocolV2 {
    private static final String COMMAND = "command=";
    private static final List<String> IGNORED_KEYS = List.of("agent=", "server-option=", "session-id=");

    private final ResolvedRefs refs;
    private final FetchV2 fetch;
    private final Agent agent;
    private final int objectInfoMax;
    private final Repository git;
    private final Deed deed;

    ProtocolV2(Repository git, ResolvedRefs refs, FetchV2 fetch, Agent agent,
               int objectInfoMax, Deed deed) {
        this.git = git;
        this.deed = deed;
        this.refs = refs;
        this.fetch = fetch;
        this.agent = agent;
        this.objectInfoMax = objectInfoMax;
    }

    /** Says what this server can do. */
    void advertise(PktWriter out) throws IOException {
        out.line("version 2");
        out.line("agent=" + agent);
        out.line("ls-refs=unborn");
        out.line("fetch=shallow wait-for-done filter ref-in-want sideband-all");
        out.line("server-option");
        out.line(ObjectFormat.CAPABILITY);
        out.line("object-info");
        out.flush();
        deed.did(Deed.Kind.LISTING);
    }

    /** Serves commands until the client ends the conversation. */
    void serveAll(PktReader in, PktWriter out) throws IOException, ProtocolErrorException {
        while (serveOne(in, out)) {
            out.push();
        }
    }

    /** Serves one command; false: the client has no more. */
    boolean serveOne(PktReader in, PktWriter out) throws IOException, ProtocolErrorException {
        in.startRequest();
        Pkt first = in.next();
        if (first == Pkt.Mark.END_OF_INPUT || first == Pkt.Mark.FLUSH) {
            return false;
        }
        Keys keys = new Keys();
        Pkt pkt = first;
        while (pkt instanceof Pkt.Line line) {
            keys.accept(line.text());
            pkt = in.next();
        }
        if (pkt == Pkt.Mark.END_OF_INPUT) {
            throw PktReader.hungUp();
        }
        PktReader arguments = pkt == Pkt.Mark.DELIM ? in : PktReader.withoutArguments();
        String command = keys.command.orElseThrow(() -> new ProtocolErrorException("no command requested"));
        switch (command) {
            case "ls-refs" -> {
                deed.did(Deed.Kind.LISTING);
                new LsRefs(refs).serve(arguments, out);
            }
            case "fetch" -> {
                deed.did(Deed.Kind.NEGOTIATION);
                fetch.serve(arguments, out);
            }
            case "object-info" -> new ObjectInfo(git, objectInfoMax).serve(arguments, out);
            default -> throw new ProtocolErrorException("invalid command '" + command + "'");
        }
        return true;
    }

    /** The lines of a request before its arguments. */
    private static final class Keys {
        private Optional<String> command = Optional.empty();

        void accept(String line) throws ProtocolErrorException {
            if (line.startsWith(COMMAND)) {
                String name = line.substring(COMMAND.length());
                if (command.isPresent()) {
                    throw new ProtocolErrorException("command '" + name
                        + "' requested after already requesting command '" + command.get() + "'");
                }
                command = Optional.of(name);
            } else if (line.startsWith(ObjectFormat.KEY)) {
                ObjectFormat.requireSha1(line.substring(ObjectFormat.KEY.length()));
            } else if (IGNORED_KEYS.stream().noneMatch(line::startsWith)) {
                throw new ProtocolErrorException("unknown capability '" + line + "'");
            }
        }
    }
}
