package dev.trine.http;

import dev.trine.common.relay.GitProgram;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.jetty.server.Request;

/** What a request's path and query ask for. */
sealed interface Target {
    /** A ref advertisement, the first request of every fetch and push. */
    record InfoRefs(GitProgram program, String path) implements Target {
    }

    /** One step of the conversation with one of Git's programs. */
    record Rpc(GitProgram program, String path) implements Target {
    }

    /** A file of a repository, as a client of the dumb protocol asks for it. */
    record Dumb() implements Target {
    }

    /** What a client of Git LFS asks for. */
    record Lfs() implements Target {
    }

    /** A file or an archive of a repository. */
    record Content(String path, ContentTarget wanted) implements Target {
    }

    /** Whether the proxy is alive. */
    record Health() implements Target {
    }

    /** An access token for a CI job that shows a JWT. */
    record TokenExchange() implements Target {
    }

    /** Nothing that is served. */
    record Unknown() implements Target {
    }

    /** Ends of the paths that the dumb protocol reads. */
    Pattern DUMB = Pattern.compile(".+/(HEAD|objects/(info/.+|pack/.+|[0-9a-f]{2}/.+))");
    Pattern LFS = Pattern.compile(".+/info/lfs(/.*)?");
    String TOKEN_EXCHANGE = "/-/oidc/token";
    String INFO_REFS = "/info/refs";

    /** Reads a request. */
    static Target of(Request request) {
        String path = request.getHttpURI().getDecodedPath();
        return of(path == null ? "" : path,
            Optional.ofNullable(Request.extractQueryParameters(request).getValue("service")));
    }

    /**
     * Reads a path.
     *
     * @param path    decoded, with its leading slash
     * @param service value of the query parameter of that name
     */
    static Target of(String path, Optional<String> service) {
        if (path.equals("/healthz")) {
            return new Health();
        }
        if (path.equals(TOKEN_EXCHANGE)) {
            return new TokenExchange();
        }
        int mark = path.indexOf(ContentTarget.MARK);
        Optional<ContentTarget> content =
            mark > 0 ? ContentTarget.of(path.substring(mark + ContentTarget.MARK.length())) : Optional.empty();
        if (content.isPresent()) {
            return new Content(path.substring(0, mark), content.get());
        }
        if (path.endsWith(INFO_REFS)) {
            String repository = path.substring(0, path.length() - INFO_REFS.length());
            Optional<Target> smart = service.flatMap(GitProgram::named)
                .map(program -> new InfoRefs(program, repository));
            return repository.isEmpty() ? new Unknown() : smart.orElseGet(Dumb::new);
        }
        int slash = path.lastIndexOf('/');
        Optional<GitProgram> program = GitProgram.named(path.substring(slash + 1));
        if (program.isPresent() && slash > 0) {
            return new Rpc(program.get(), path.substring(0, slash));
        }
        if (LFS.matcher(path).matches()) {
            return new Lfs();
        }
        return DUMB.matcher(path).matches() ? new Dumb() : new Unknown();
    }
}
