package dev.trine.router.workload;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.trine.common.lifecycle.StartException;
import dev.trine.common.rpc.CompanyAuthority;
import dev.trine.router.answer.Answer;
import dev.trine.router.answer.Refusal;
import dev.trine.router.metadata.AccessToken;
import dev.trine.router.metadata.AccessToken.Kind;
import dev.trine.router.metadata.AccessToken.Wanted;
import dev.trine.router.metadata.Metadata;
import dev.trine.router.metadata.Rights;
import dev.trine.router.metadata.Shown;
import dev.trine.router.metadata.TokenSecret;
import java.security.SecureRandom;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Exchanges a JWT of an issuer that is trusted for an access token, which is stored like every other: all routers know
 * it at once, and none can be made while the metadata database is away. Whoever shows a JWT whose signature is not good
 * hears the same sentence whatever is wrong. Any thread.
 */
public final class TokenExchange implements AutoCloseable {
    /** Longest JWT, in characters. */
    public static final int TOKEN_CHARS_MAX = 16_384;

    private static final Logger log = LoggerFactory.getLogger(TokenExchange.class);
    private static final int AT_ONCE_MAX = 50;
    private static final long OF_WORKLOAD_MAX = 1_000;
    private static final Duration FETCH_MAX = Duration.ofSeconds(5);
    private static final long LOGGED_EVERY_NANOS = 1_000_000_000L;
    private static final String NOT_ACCEPTED = "the subject token is not accepted: it is no JWT that an issuer which"
        + " this cluster trusts has signed with one of its keys, in a way that is allowed; the router's log says more";

    private final Metadata metadata;
    private final Clock clock;
    private final List<Issuer> issuers;
    private final BoundedGet http;
    private final SecureRandom random = new SecureRandom();
    private final Semaphore atOnce = new Semaphore(AT_ONCE_MAX);
    private final AtomicLong loggedNanos = new AtomicLong(System.nanoTime() - LOGGED_EVERY_NANOS);

    /**
     * Exchanges as is configured; asks nobody for keys yet.
     *
     * @throws StartException if the file of workload.authority cannot be used
     */
    public TokenExchange(WorkloadConfig config, Metadata metadata, Clock clock) throws StartException {
        this.metadata = metadata;
        this.http = BoundedGet.open(FETCH_MAX, config.authority().map(file ->
            new CompanyAuthority("workload.authority", file)));
        this.clock = clock;
        this.issuers = config.issuers().stream().map(issuer -> new Issuer(issuer, new IssuerKeys(
            PublishedKeys.of(issuer, http), issuer.keysFreshFor(), issuer.keysAgeMax(), clock), clock)).toList();
    }

    /**
     * A new token.
     *
     * @param name   of the workload, under which it acts
     * @param secret its text, which is stored nowhere
     * @param life   how long it works
     */
    public record Issued(String name, TokenSecret secret, Duration life) {
    }

    /** Gives a token for a JWT, or says why not; the client's address is for the log. */
    public Answer<Issued> exchange(String subjectToken, String client) {
        if (issuers.isEmpty()) {
            return Answer.refuse(Refusal.notFound("this cluster exchanges no tokens; its operator can name an issuer in"
                + " workload.issuers of the router"));
        }
        if (subjectToken.length() > TOKEN_CHARS_MAX) {
            return Answer.refuse(malformed("the subject token is longer than " + TOKEN_CHARS_MAX + " characters, the"
                + " limit here"));
        }
        if (!atOnce.tryAcquire()) {
            return Answer.refuse(Refusal.away("this router exchanges " + AT_ONCE_MAX + " tokens already, its limit; try"
                + " again in a moment"));
        }
        try {
            return verified(subjectToken, client).then(jwt -> issued(jwt, client));
        } finally {
            atOnce.release();
        }
    }

    private static Refusal malformed(String text) {
        return new Refusal(Refusal.Reason.MALFORMED, text);
    }

    /** A JWT that its issuer has signed. */
    private record Verified(Issuer issuer, JWTClaimsSet claims) {
    }

    private Answer<Verified> verified(String subjectToken, String client) {
        SignedJWT jwt;
        JWTClaimsSet claims;
        try {
            jwt = SignedJWT.parse(subjectToken);
            claims = jwt.getJWTClaimsSet();
        } catch (ParseException | IllegalArgumentException e) {
            return stranger("it is no signed JWT", "", client);
        }
        String named = String.valueOf(claims.getIssuer());
        Optional<Issuer> issuer = issuers.stream().filter(known -> known.config().issuer().equals(named)).findFirst();
        if (issuer.isEmpty()) {
            return stranger("its issuer is not among workload.issuers", named, client);
        }
        return switch (issuer.get().origin(jwt)) {
            case Issuer.Origin.Its its -> Answer.of(new Verified(issuer.get(), claims));
            case Issuer.Origin.NotIts not -> stranger(not.why(), named, client);
            case Issuer.Origin.Unknown unknown -> Answer.refuse(Refusal.away("the keys that would show whether the"
                + " subject token is good cannot be had now; try again in half a minute"));
        };
    }

    /** Says nothing to somebody who may be anybody; the log hears it, but from a flood only one in a second. */
    private Answer<Verified> stranger(String why, String issuer, String client) {
        long now = System.nanoTime();
        long last = loggedNanos.get();
        if (now - last >= LOGGED_EVERY_NANOS && loggedNanos.compareAndSet(last, now)) {
            log.atInfo().addKeyValue("issuer", Shown.briefly(issuer)).addKeyValue("client", Shown.briefly(client))
                .addKeyValue("why", why).log("a token was not accepted for exchange");
        }
        return Answer.refuse(malformed(NOT_ACCEPTED));
    }

    private Answer<Issued> issued(Verified jwt, String client) {
        Answer<Issued> answer = jwt.issuer().objection(jwt.claims())
            .<Answer<RuleBook.Given>>map(why -> Answer.refuse(malformed("the subject token is not accepted: " + why)))
            .orElseGet(() -> RuleBook.given(jwt.issuer().config().rules(), new Claims(jwt.claims().getClaims())))
            .then(given -> stored(jwt, given, client));
        if (answer instanceof Answer.Refused<Issued> refused) {
            log.atInfo().addKeyValue("workload", nameOf(jwt)).addKeyValue("client", Shown.briefly(client))
                .addKeyValue("why", refused.why().text()).log("a workload got no token");
        }
        return answer;
    }

    private static String nameOf(Verified jwt) {
        return WorkloadName.of(jwt.issuer().config().issuer(), String.valueOf(jwt.claims().getSubject()));
    }

    private Answer<Issued> stored(Verified jwt, RuleBook.Given given, String client) {
        String name = nameOf(jwt);
        if (metadata.tokens().ofWorkload(name) >= OF_WORKLOAD_MAX) {
            return Answer.refuse(Refusal.away("this workload has " + OF_WORKLOAD_MAX + " tokens that work, the limit"
                + " here; use one for a whole job, or try again when some have ended"));
        }
        TokenSecret secret = TokenSecret.random(Kind.WORKLOAD, random);
        Instant end = Instant.ofEpochMilli(clock.millis()).plus(given.life());
        Wanted wanted = new Wanted(Kind.WORKLOAD, name, new Rights(given.rights()), false, Optional.of(end));
        Optional<AccessToken> stored = metadata.tokens().addForWorkload(secret.hash(), wanted);
        stored.ifPresent(token -> log.atInfo().addKeyValue("workload", name).addKeyValue("token", token.id())
            .addKeyValue("client", Shown.briefly(client)).addKeyValue("end", end).log("a workload got a token"));
        return Answer.of(stored, Refusal.taken("that very token exists already; try again"))
            .map(token -> new Issued(name, secret, given.life()));
    }

    @Override
    public void close() {
        http.close();
    }
}
