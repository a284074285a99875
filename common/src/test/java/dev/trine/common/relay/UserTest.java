package dev.trine.common.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.config.HostPort;
import dev.trine.common.model.NodeId;
import dev.trine.common.model.PushId;
import dev.trine.common.model.RepoId;
import dev.trine.common.model.RequestId;
import dev.trine.proto.Credential;
import dev.trine.proto.GitOpen;
import dev.trine.proto.ReadPoint;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a node and the turns are told of who asks. */
class UserTest {
    private static final Route ROUTE = new Route(new RepoId("0".repeat(32)), "g/r", new NodeId("n1"),
        new HostPort("127.0.0.1", 1), ReadPoint.getDefaultInstance(), false, List.of());

    private static GitOpen.Lane lane(User user) {
        return exchange(user, "192.0.2.1").open(ROUTE, new PushId("0".repeat(32)), false, false).getLane();
    }

    private static GitExchange exchange(User user, String address) {
        return new GitExchange(GitProgram.UPLOAD_PACK, "g/r", user, GitOpen.Framing.STATELESS, "", address,
            new RequestId("r1"));
    }

    @Test
    void whoWaitsInARowIsTheUserOrTheHostOfSomebodyAnonymous() {
        User alice = new User("alice", Credential.newBuilder().setName("key 8").setUserId(3).build());
        User bob = new User("bob", Credential.newBuilder().setName("key 9").setUserId(4).build());
        assertThat(exchange(alice, "192.0.2.1:5").lane()).isEqualTo(exchange(alice, "192.0.2.2:6").lane())
            .isNotEqualTo(exchange(bob, "192.0.2.1:5").lane());
        assertThat(exchange(alice, "192.0.2.1:5").lane().path()).isEqualTo("g/r");
        assertThat(exchange(User.ANONYMOUS, "192.0.2.1:5").lane())
            .isEqualTo(exchange(User.ANONYMOUS, "192.0.2.1:6").lane())
            .isNotEqualTo(exchange(User.ANONYMOUS, "192.0.2.2:5").lane());
        assertThat(exchange(User.ANONYMOUS, "[2001:db8:0:7::1]:5").lane())
            .isEqualTo(exchange(User.ANONYMOUS, "[2001:db8:0:7::2]:5").lane())
            .isNotEqualTo(exchange(User.ANONYMOUS, "[2001:db8:0:8::1]:5").lane());
    }

    @Test
    void aCredentialThatActsForItselfStandsAmongPrograms() {
        Credential deploy = Credential.newBuilder().setName("key 7").build();
        Credential personal = Credential.newBuilder().setName("key 8").setUserId(3).build();
        assertThat(lane(new User("key 7", deploy))).isEqualTo(GitOpen.Lane.AUTOMATION);
        assertThat(lane(new User("alice", personal))).isEqualTo(GitOpen.Lane.LANE_UNSPECIFIED);
        assertThat(lane(User.ANONYMOUS)).isEqualTo(GitOpen.Lane.LANE_UNSPECIFIED);
    }
}
