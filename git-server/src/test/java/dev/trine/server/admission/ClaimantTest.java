package dev.trine.server.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.model.RefLimits;
import dev.trine.common.model.RepoId;
import dev.trine.server.hosting.GitCall;
import dev.trine.server.hosting.GitProtocol;
import dev.trine.server.hosting.Lane;
import dev.trine.server.hosting.LocalHosting;
import java.io.InputStream;
import java.io.OutputStream;
import org.junit.jupiter.api.Test;

/** Who a caller is where limits count him. */
class ClaimantTest {
    private static final RepoId REPO = new RepoId("0".repeat(32));

    private static Claimant of(GitCall.Caller caller) {
        return Claimant.of(new GitCall(REPO, LocalHosting.ANY_STATE, GitCall.Framing.DUPLEX, GitProtocol.NONE, caller,
            InputStream.nullInputStream(), OutputStream.nullOutputStream(), OutputStream.nullOutputStream()));
    }

    @Test
    void usersAndCredentialsStandUnderTheirNamesAndOthersUnderTheirAddresses() {
        assertThat(of(new GitCall.Caller("alice", "team/app", "/192.0.2.1:5"))).isEqualTo(
            new Claimant(REPO, new Lane(Lane.Kind.PEOPLE, "alice"), "192.0.2.1"));
        assertThat(of(new GitCall.Caller("key 7", "team/app", "/192.0.2.1:5", Lane.Kind.AUTOMATION, RefLimits.NONE)))
            .isEqualTo(new Claimant(REPO, new Lane(Lane.Kind.AUTOMATION, "key 7"), "192.0.2.1"));
        assertThat(of(new GitCall.Caller("", "team/app", "192.0.2.1:5"))).isEqualTo(
            new Claimant(REPO, new Lane(Lane.Kind.ANONYMOUS, "192.0.2.1"), "192.0.2.1"));
    }
}
