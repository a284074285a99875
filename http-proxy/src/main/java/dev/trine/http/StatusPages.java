package dev.trine.http;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * What load balancers and operators ask: /livez, the process is up; /readyz, clients should come here; /version. They
 * are answered while the proxy stops, and when no more requests are admitted.
 */
final class StatusPages extends Handler.Wrapper {
    private final Readiness readiness;
    private final Release release;

    StatusPages(Readiness readiness, Release release, Handler handler) {
        super(handler);
        this.readiness = readiness;
        this.release = release;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        String path = String.valueOf(request.getHttpURI().getPath());
        switch (path) {
            case "/livez", "/readyz", "/version" -> {
                Answer answer = new Answer(request, response, callback);
                if (request.getMethod().equals("GET") || request.getMethod().equals("HEAD")) {
                    tell(path, answer);
                } else {
                    answer.methodNotAllowed("GET, HEAD");
                }
                return true;
            }
            default -> {
                return super.handle(request, response, callback);
            }
        }
    }

    private void tell(String path, Answer answer) {
        switch (path) {
            case "/readyz" -> {
                Optional<String> obstacle = readiness.obstacle();
                if (obstacle.isPresent()) {
                    answer.text(HttpStatus.SERVICE_UNAVAILABLE_503, "trine: " + obstacle.get());
                } else {
                    answer.text(HttpStatus.OK_200, "ok");
                }
            }
            case "/version" -> answer.whole("application/json",
                (release.json() + "\n").getBytes(StandardCharsets.UTF_8));
            default -> answer.text(HttpStatus.OK_200, "ok");
        }
    }
}
