package dev.trine.server.upload;
import dev.trine.common.model.RefName;
import dev.trine.common.model.RefValue;
import dev.trine.server.hosting.RefListing;
import dev.trine.server.pkt.PktReader;
import dev.trine.server.pkt.PktWriter;
import dev.trine.server.pkt.ProtocolErrorException;
import dev.trine.server.pkt.ResolvedRefs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Protocol v2's ls-refs: lists refs as they are shown, holding none of them. */
final class LsRefs {
    /** From so many prefixes on git ignores them all: the client filters for itself anyway. */
    private static final int PREFIXES_MAX = 65536;
    /** And here also from so much on: hundreds of calls may wait for their last prefix. */
    private static final int PREFIX_CHARS_MAX = 4 << 20;

    private final ResolvedRefs refs;
    private final List<String> prefixes = new ArrayList<>();
    private int prefixChars;
    private boolean tooManyPrefixes;
    private boolean peel;
    private boolean symrefs;
    private boolean unborn;

    LsRefs(ResolvedRefs refs) {
        this.refs = refs;
    }

    void serve(PktReader request, PktWriter out) throws IOException, ProtocolErrorException {
        request.forEachArgument(this::accept);
        RefListing.Visitor visitor = new RefListing.Visitor() {
            @Override
            public void lines(byte[] bytes, int offset, int length) throws IOException {
                out.packets(bytes, offset, length); // with nothing to add, whatever was asked for
            }

            @Override
            public void ref(RefName name, RefValue value) throws IOException {
                list(out, name, value);
            }
        };
        for (String prefix : tooManyPrefixes || prefixes.isEmpty() ? List.of("") : disjoint(prefixes)) {
            refs.listing().list(prefix, visitor);
        }
        out.flush();
    }

    private void accept(String line) throws ProtocolErrorException {
        switch (line) {
            case "peel" -> peel = true;
            case "symrefs" -> symrefs = true;
            case "unborn" -> unborn = true;
            default -> {
                if (!line.startsWith("ref-prefix ")) {
                    throw new ProtocolErrorException("unexpected line: '" + line + "'");
                }
                prefix(line.substring("ref-prefix ".length()));
            }
        }
    }

    private void prefix(String prefix) {
        prefixChars += tooManyPrefixes ? 0 : prefix.length();
        tooManyPrefixes |= prefixes.size() >= PREFIXES_MAX || prefixChars > PREFIX_CHARS_MAX;
        if (tooManyPrefixes) {
            prefixes.clear();
        } else {
            prefixes.add(prefix);
        }
    }

    /** The prefixes in order of names, without those that another covers: no ref is then listed twice. */
    private static List<String> disjoint(List<String> prefixes) {
        List<String> result = new ArrayList<>();
        prefixes.stream().sorted((a, b) -> Arrays.compareUnsigned(utf8(a), utf8(b))).forEach(prefix -> {
            if (result.isEmpty() || !prefix.startsWith(result.getLast())) {
                result.add(prefix);
            }
        });
        return result;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private void list(PktWriter out, RefName name, RefValue value) throws IOException {
        Optional<RefValue.Direct> object = refs.follow(value);
        boolean showUnborn = unborn && symrefs && name.equals(RefName.HEAD);
        if (object.isEmpty() && !showUnborn) {
            return;
        }
        StringBuilder line = new StringBuilder(object.isPresent() ? object.get().id().hex() : "unborn")
            .append(' ').append(name.value());
        if (symrefs && value instanceof RefValue.Symbolic symbolic) {
            line.append(" symref-target:").append(symbolic.target().value());
        }
        if (peel && object.isPresent() && object.get().peeled().isPresent()) {
            line.append(" peeled:").append(object.get().peeled().get().hex());
        }
        out.line(line);
    }
}
