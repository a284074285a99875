package dev.trine.router.authorizer;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import dev.trine.common.lifecycle.StartException;
import dev.trine.router.answer.Answer;
import dev.trine.router.answer.Refusal;
import dev.trine.router.metadata.Scope;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The external authorizer of a company. Its answers are kept as long as it says; who asks the same meanwhile waits for
 * one call. Any thread.
 */
public final class RemoteAuthorizer implements Authorizer {
    private static final Logger log = LoggerFactory.getLogger(RemoteAuthorizer.class);

    private final AuthorizerConfig config;
    private final AuthorizerCalls calls;
    private final Cache<Question, Reply> replies;
    private final ConcurrentMap<Question, CompletableFuture<Reply>> underWay = new ConcurrentHashMap<>();
    /** What it answered last, for when it does not answer; kept only if that counts. */
    private final Cache<Question, Reply.Decided> lastKnown;
    /** Why it does not answer; empty: it does, or was not asked yet. */
    private final AtomicReference<String> failure = new AtomicReference<>("");

    private RemoteAuthorizer(AuthorizerConfig config, AuthorizerCalls calls) {
        this.config = config;
        this.calls = calls;
        this.replies = Caffeine.newBuilder().maximumSize(config.cacheMax())
            .expireAfter(Expiry.<Question, Reply>writing((question, reply) -> reply.holdsFor())).build();
        this.lastKnown = Caffeine.newBuilder()
            .maximumSize(config.onFailure() == OnFailure.LAST_KNOWN ? config.cacheMax() : 0)
            .expireAfterWrite(config.lastKnownFor()).build();
    }

    /** The one that is configured; {@link Authorizer#NONE} if none is. */
    public static Authorizer of(Optional<AuthorizerConfig> config) throws StartException {
        return config.isEmpty() ? NONE : new RemoteAuthorizer(config.get(), new AuthorizerCalls(config.get()));
    }

    @Override
    public <T> Answer<T> unlessForbidden(T allowed, Asker asker, Scope path, Act act) {
        Question question = new Question(asker, path, act);
        Reply known = replies.getIfPresent(question);
        return switch (known == null ? askedOnce(question) : known) {
            case Reply.Decided decided -> told(allowed, question, decided);
            case Reply.Failed failed -> failed(allowed, question, failed.why());
        };
    }

    /** Asks, or waits for who asks the same already. */
    private Reply askedOnce(Question question) {
        CompletableFuture<Reply> own = new CompletableFuture<>();
        CompletableFuture<Reply> other = underWay.putIfAbsent(question, own);
        if (other != null) {
            return other.join();
        }
        Reply reply = new Reply.Failed("the router could not ask it");
        try {
            reply = ask(question);
            if (reply.holdsFor().isPositive()) {
                replies.put(question, reply);
            }
        } finally {
            underWay.remove(question, own); // first: who comes now asks anew
            own.complete(reply);
        }
        return reply;
    }

    private Reply ask(Question question) {
        Reply reply = calls.ask(question);
        switch (reply) {
            case Reply.Decided decided -> {
                lastKnown.put(question, decided);
                if (!failure.getAndSet("").isEmpty()) {
                    log.atInfo().addKeyValue("address", config.address()).log("the external authorizer answers again");
                }
            }
            case Reply.Failed failed -> {
                if (failure.getAndSet(failed.why()).isEmpty()) {
                    log.atWarn().addKeyValue("address", config.address()).addKeyValue("why", failed.why())
                        .addKeyValue("onFailure", config.onFailure()).log("the external authorizer does not answer");
                }
            }
        }
        return reply;
    }

    private static <T> Answer<T> told(T allowed, Question question, Reply.Decided decided) {
        return decided.allowed() ? Answer.of(allowed) : Answer.refuse(Refusal.forbidden("you may not "
            + question.act().word() + " " + question.path() + ": the external authorizer forbids it"
            + (decided.reason().isEmpty() ? "; ask who runs it" : ", because: " + decided.reason())));
    }

    private <T> Answer<T> failed(T allowed, Question question, String why) {
        return switch (config.onFailure()) {
            case ALLOW -> Answer.of(allowed);
            case DENY -> away(question, " (authorizer.on-failure: deny)", why);
            case LAST_KNOWN -> Optional.ofNullable(lastKnown.getIfPresent(question))
                .map(decided -> told(allowed, question, decided))
                .orElseGet(() -> away(question, "; it gave no answer to that in the last "
                    + config.lastKnownFor().toMinutes() + " minutes (authorizer.on-failure: last-known)", why));
        };
    }

    private static <T> Answer<T> away(Question question, String mode, String why) {
        return Answer.refuse(Refusal.away("whether you may " + question.act().word() + " " + question.path()
            + " cannot be told: the external authorizer fails, " + why + mode + "; try again in a moment"));
    }

    @Override
    public String state() {
        String why = failure.get();
        return why.isEmpty() ? "ok" : "the external authorizer at " + config.address() + " does not answer: " + why;
    }

    @Override
    public void close() {
        calls.close();
    }
}
