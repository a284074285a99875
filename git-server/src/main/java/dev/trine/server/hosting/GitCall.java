package dev.trine.server.hosting;

import dev.trine.common.model.PushId;
import dev.trine.common.model.ReadPoint;
import dev.trine.common.model.RefLimits;
import dev.trine.common.model.RepoId;
import dev.trine.common.model.RequestId;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;

/**
 * One call of a Git service, as the transport hands it over. The transport owns the streams, bounds their waits, and
 * flushes and closes them at the end; the service flushes where the client may be waiting for what was written.
 *
 * @param repo     the repository
 * @param at       state that what is served or compared must contain
 * @param framing  which part of an exchange this call is
 * @param protocol what the client asked for beside the pack protocol itself
 * @param caller   for whom
 * @param push     which push it brings, as the proxy knows it; empty: none, or the node gives it a name
 * @param in       the client's bytes
 * @param out      the pack protocol to the client
 * @param messages text for the client's standard error, where the transport has such a thing
 * @param deed     takes what is done, for the audit
 */
public record GitCall(RepoId repo, ReadPoint at, Framing framing, GitProtocol protocol, Caller caller,
                      Optional<Push> push, InputStream in, OutputStream out, OutputStream messages,
                      Deed deed) {
    /** A call whose push, if it brings one, has no name yet. */
    public GitCall(RepoId repo, ReadPoint at, Framing framing, GitProtocol protocol, Caller caller, InputStream in,
                   OutputStream out, OutputStream messages) {
        this(repo, at, framing, protocol, caller, Optional.empty(), in, out, messages, new Deed());
    }

    /**
     * A push as the proxy knows it.
     *
     * @param id         its identity
     * @param sentBefore whether another node was sent it under the same id and may yet carry it out
     */
    public record Push(PushId id, boolean sentBefore) {
    }

    /** How the bytes of a call are framed. */
    public enum Framing {
        /** One connection in both directions: advertisement, then the conversation. */
        DUPLEX,
        /** The advertisement only, without the "# service" line that HTTP puts before it. */
        ADVERTISE,
        /** One stateless request and its answer. */
        STATELESS
    }

    /**
     * For whom a call is made.
     *
     * @param user    name of the authenticated user; empty: anonymous
     * @param path    path by which the client named the repository
     * @param address network address of the client
     * @param kind    of what sort he is
     * @param limits  what he may not do with some refs
     * @param request what his request is called; empty: nothing, it came past the proxies, or through an older one
     */
    public record Caller(String user, String path, String address, Lane.Kind kind, RefLimits limits,
                         Optional<RequestId> request) {
        /** A caller whose request has no name. */
        public Caller(String user, String path, String address, Lane.Kind kind, RefLimits limits) {
            this(user, path, address, kind, limits, Optional.empty());
        }

        /** A caller who signed in as himself, or not at all. */
        public Caller(String user, String path, String address, RefLimits limits) {
            this(user, path, address, user.isEmpty() ? Lane.Kind.ANONYMOUS : Lane.Kind.PEOPLE, limits);
        }

        /** A caller who may do everything with every ref. */
        public Caller(String user, String path, String address) {
            this(user, path, address, RefLimits.NONE);
        }

        /** What the request is called in logs. */
        public String requestInLog() {
            return request.map(RequestId::value).orElse("-");
        }

        /** A sentence for the client, which leads to the log. */
        public String told(String sentence) {
            return request.map(id -> id.on(sentence)).orElse(sentence);
        }
    }
}
