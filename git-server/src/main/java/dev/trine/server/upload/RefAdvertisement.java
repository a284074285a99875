package dev.trine.server.upload;

import dev.trine.common.model.RefName;
import dev.trine.common.model.RefValue;
import dev.trine.server.hosting.Agent;
import dev.trine.server.hosting.GitCall.Framing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/** The ref advertisement of protocols v0 and v1: every ref, tags also peeled, the capabilities on the first line. */
final class RefAdvertisement {
    private static final String ZERO_ID = "0".repeat(40);
    private static final String CAPABILITIES = "multi_ack thin-pack side-band side-band-64k ofs-delta shallow"
        + " deepen-since deepen-not deepen-relative no-progress include-tag multi_ack_detailed"
        + " allow-tip-sha1-in-want allow-reachable-sha1-in-want";

    private final ResolvedRefs refs;
    private final Agent agent;
    private final Framing framing;
    private boolean first = true;

    RefAdvertisement(ResolvedRefs refs, Agent agent, Framing framing) {
        this.refs = refs;
        this.agent = agent;
        this.framing = framing;
    }

    void write(PktWriter out) throws IOException {
        try {
            refs.table().scan("", (name, value) -> {
                list(out, name, value);
                return true;
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        if (first) {
            line(out, ZERO_ID, "capabilities^{}");
        }
        out.flush();
    }

    private void list(PktWriter out, RefName name, RefValue value) {
        Optional<RefValue.Direct> object = refs.follow(value);
        if (object.isEmpty()) {
            return;
        }
        try {
            line(out, object.get().id().hex(), name.value());
            if (object.get().peeled().isPresent()) {
                line(out, object.get().peeled().get().hex(), name.value() + "^{}");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void line(PktWriter out, String id, String name) throws IOException {
        out.line(id + ' ' + name + (first ? '\0' + capabilities() : ""));
        first = false;
    }

    private String capabilities() {
        String noDone = framing == Framing.ADVERTISE ? " no-done" : "";
        return CAPABILITIES + noDone + head() + " filter object-format=sha1 agent=" + agent;
    }

    private String head() {
        return refs.table().get(RefName.HEAD)
            .filter(head -> head instanceof RefValue.Symbolic && refs.follow(head).isPresent())
            .map(head -> " symref=HEAD:" + ((RefValue.Symbolic) head).target().value()).orElse("");
    }
}
