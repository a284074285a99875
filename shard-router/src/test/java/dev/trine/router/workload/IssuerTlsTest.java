package dev.trine.router.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.common.lifecycle.StartException;
import dev.trine.common.rpc.TestAuthority;
import dev.trine.router.answer.Refusal;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An issuer whose certificate is of the company's own CA: from whom keys are fetched. */
@Timeout(60)
class IssuerTlsTest {
    @TempDir
    private Path directory;
    private TestAuthority companys;
    private Exchanges exchanges;

    @BeforeEach
    void start() throws Exception {
        companys = TestAuthority.create(directory.resolve("company"));
        exchanges = new Exchanges(directory.resolve("data"), new TestIssuer(companys.server("ci")));
    }

    @AfterEach
    void stop() {
        exchanges.close();
    }

    private void trust(Path authority) throws Exception {
        exchanges.with(Optional.of(authority), exchanges.issuer(Optional.empty(), List.of(), Exchanges.MAIN));
    }

    @Test
    void keysAreTakenOnlyIfTheNamedAuthorityVouchesForTheIssuersServer() throws Exception {
        String jwt = exchanges.jwt(claims -> { });
        assertThat(exchanges.refused(jwt).reason()).as("none is named").isEqualTo(Refusal.Reason.AWAY);
        trust(TestAuthority.create(directory.resolve("other")).certificate());
        assertThat(exchanges.refused(jwt).reason()).as("another is named").isEqualTo(Refusal.Reason.AWAY);
        assertThat(exchanges.issuer.asked()).isZero();
        trust(companys.certificate());
        assertThat(exchanges.issued(jwt).secret()).isNotNull();
    }

    @Test
    void aFileThatIsMissingStopsTheStart() {
        assertThatThrownBy(() -> trust(directory.resolve("absent.pem"))).isInstanceOf(StartException.class)
            .hasMessageStartingWith("workload.authority: there is no file ").hasMessageContaining("absent.pem");
    }
}
