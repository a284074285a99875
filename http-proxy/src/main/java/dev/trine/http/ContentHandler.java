package dev.trine.http;

import dev.trine.common.relay.ContentExchange;
import dev.trine.common.relay.ContentRelay;
import dev.trine.common.relay.User;
import dev.trine.proto.ArchiveRequest;
import dev.trine.proto.ContentRequest;
import dev.trine.proto.FileRequest;
import java.util.Optional;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Fields;

/** Answers requests for files and archives. Who may fetch a repository may download these. Called by many threads. */
final class ContentHandler {
    private static final int PATHS_MAX = 100;

    private final Identification identification;
    private final ContentRelay relay;

    ContentHandler(Identification identification, ContentRelay relay) {
        this.identification = identification;
        this.relay = relay;
    }

    /** Answers a GET or HEAD. */
    void handle(Request request, Answer answer, Target.Content target, HttpLimits limits) {
        Fields query = Request.extractQueryParameters(request);
        if (query.getValuesOrEmpty("path").size() > PATHS_MAX) {
            answer.text(HttpStatus.BAD_REQUEST_400, "trine: an archive is asked for by at most " + PATHS_MAX
                + " paths");
            return;
        }
        Optional<User> user = identification.user(request, answer);
        if (user.isPresent()) {
            ContentExchange exchange = new ContentExchange(target.path(), user.get(),
                SignIns.client(request), answer.id(),
                asked(request, target.wanted(), query));
            new ContentAnswer(limits, request, answer, target).run(relay, exchange);
        }
    }

    private static ContentRequest asked(Request request, ContentTarget wanted, Fields query) {
        ContentRequest.Builder asked = ContentRequest.newBuilder()
            .addAllIfNoneMatch(EntityTags.ofIfNoneMatch(header(request, HttpHeader.IF_NONE_MATCH)))
            .setHeadOnly(request.getMethod().equals("HEAD"));
        if (!asked.getHeadOnly()) {
            RangeHeader.of(header(request, HttpHeader.RANGE)).ifPresent(asked::setRange);
            EntityTags.ofIfRange(header(request, HttpHeader.IF_RANGE)).ifPresent(asked::setIfRange);
        }
        return switch (wanted) {
            case ContentTarget.File file ->
                asked.setFile(FileRequest.newBuilder().setRevisionAndPath(file.revisionAndPath())).build();
            case ContentTarget.Archive archive -> asked.setArchive(ArchiveRequest.newBuilder()
                .setRevision(archive.revision()).setFormat(archive.format())
                .setPrefix(Optional.ofNullable(query.getValue("prefix")).orElse(""))
                .addAllPaths(query.getValuesOrEmpty("path"))).build();
        };
    }

    private static Optional<String> header(Request request, HttpHeader name) {
        return Optional.ofNullable(request.getHeaders().get(name));
    }
}
