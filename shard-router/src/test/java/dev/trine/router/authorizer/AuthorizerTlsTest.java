package dev.trine.router.authorizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.common.config.HostPort;
import dev.trine.common.lifecycle.StartException;
import dev.trine.common.rpc.Security;
import dev.trine.common.rpc.TestAuthority;
import dev.trine.router.answer.Answer;
import dev.trine.router.answer.Refusal;
import dev.trine.router.metadata.Scope;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A company's authorizer over TLS: which one is believed, and how it knows the router. */
@Timeout(60)
class AuthorizerTlsTest {
    private static final Duration LONG = Duration.ofSeconds(4);

    @TempDir
    private Path directory;
    private TestAuthority companys;
    private FakeAuthorizer company;

    @BeforeEach
    void start() throws Exception {
        companys = TestAuthority.create(directory.resolve("company"));
        company = new FakeAuthorizer(companys.member("acl"), false);
    }

    @AfterEach
    void stop() throws Exception {
        company.close();
    }

    private static AuthorizerConfig.Tls trusting(Path authority) {
        return new AuthorizerConfig.Tls(authority, Optional.empty(), Optional.empty());
    }

    /** Asks again if there was no answer in time, which may be too short for the first connection of a machine. */
    private Answer<String> ask(String host, AuthorizerConfig.Tls tls) throws StartException {
        Answer<String> answer = askOnce(host, tls);
        while (answer instanceof Answer.Refused<String> refused && refused.why().text().contains("no answer within")) {
            answer = askOnce(host, tls);
        }
        return answer;
    }

    private Answer<String> askOnce(String host, AuthorizerConfig.Tls tls) throws StartException {
        try (Authorizer authorizer = RemoteAuthorizer.of(Optional.of(new AuthorizerConfig(
            new HostPort(host, company.port()), Optional.of(tls), LONG, 1, 1, LONG, OnFailure.DENY, LONG)))) {
            return authorizer.unlessForbidden("done", new Asker("ann", "", ""), new Scope("team/app"), Act.READ);
        }
    }

    private Refusal refused(String host, AuthorizerConfig.Tls tls) throws StartException {
        Answer<String> answer = ask(host, tls);
        assertThat(answer).isInstanceOf(Answer.Refused.class);
        return ((Answer.Refused<String>) answer).why();
    }

    @Test
    void oneWithACertificateOfTheNamedAuthorityIsAsked() throws Exception {
        assertThat(ask("127.0.0.1", trusting(companys.certificate()))).isEqualTo(Answer.of("done"));
        company.answers(request -> Optional.of(FakeAuthorizer.denial("frozen", 0)));
        assertThat(refused("127.0.0.1", trusting(companys.certificate())).text()).endsWith("because: frozen");
    }

    @Test
    void oneOfAnotherAuthorityIsNotEvenTold() throws Exception {
        TestAuthority other = TestAuthority.create(directory.resolve("other"));
        Refusal refusal = refused("127.0.0.1", trusting(other.certificate()));
        assertThat(refusal.reason()).isEqualTo(Refusal.Reason.AWAY);
        assertThat(refusal.text()).contains("the external authorizer fails, its certificate is not one that"
            + " authorizer.tls.authority vouches for under this name");
        assertThat(company.asked()).isEmpty();
    }

    @Test
    void oneWhoseCertificateIsForAnotherNameIsNotEvenTold() throws Exception {
        assertThat(refused("localhost", trusting(companys.certificate())).reason())
            .isEqualTo(Refusal.Reason.AWAY);
        assertThat(company.asked()).isEmpty();
    }

    @Test
    void itKnowsTheRouterByItsCertificate() throws Exception {
        company.close();
        company = new FakeAuthorizer(companys.member("acl2"), true);
        assertThat(refused("127.0.0.1", trusting(companys.certificate())).text()).contains("UNAUTHENTICATED");
        assertThat(company.asked()).isEmpty();
        Security.Tls router = companys.member("router").tls().orElseThrow();
        assertThat(ask("127.0.0.1", new AuthorizerConfig.Tls(router.authority(), Optional.of(router.certificate()),
            Optional.of(router.key())))).isEqualTo(Answer.of("done"));
    }

    @Test
    void filesThatAreMissingOrHoldSomethingElseStopTheStart() throws Exception {
        assertThatThrownBy(() -> ask("127.0.0.1", trusting(directory.resolve("absent.pem"))))
            .isInstanceOf(StartException.class).hasMessageStartingWith("authorizer.tls: a file cannot be read")
            .hasMessageContaining("absent.pem");
        Path other = Files.writeString(directory.resolve("other.pem"), "no certificate");
        assertThatThrownBy(() -> ask("127.0.0.1", trusting(other))).isInstanceOf(StartException.class)
            .hasMessageStartingWith("authorizer.tls: ");
    }
}
