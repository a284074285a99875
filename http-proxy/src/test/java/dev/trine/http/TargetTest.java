package dev.trine.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.relay.GitProgram;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TargetTest {
    @Test
    void theSmartProtocolsPathsAreRead() {
        assertThat(Target.of("/g/s/r.git/info/refs", Optional.of("git-upload-pack")))
            .isEqualTo(new Target.InfoRefs(GitProgram.UPLOAD_PACK, "/g/s/r.git"));
        assertThat(Target.of("/g/r/git-receive-pack", Optional.empty()))
            .isEqualTo(new Target.Rpc(GitProgram.RECEIVE_PACK, "/g/r"));
    }

    @ParameterizedTest
    @CsvSource({"/healthz,Health", "/g/r/info/refs,Dumb", "/g/r/HEAD,Dumb", "/g/r/objects/info/packs,Dumb",
        "/g/r/objects/ab/cdef,Dumb", "/,Unknown", "/g/r,Unknown", "/info/refs,Unknown", "/git-upload-pack,Unknown",
        "/g/r.git/info/lfs/objects/batch,Unknown", "'',Unknown", "/g/r/git-upload-archive,Unknown"})
    void everythingElseIsTold(String path, String kind) {
        assertThat(Target.of(path, Optional.empty()).getClass().getSimpleName()).isEqualTo(kind);
    }

    @Test
    void aServiceThatIsNotGitsIsNotSmart() {
        assertThat(Target.of("/g/r/info/refs", Optional.of("git-upload-archive"))).isEqualTo(new Target.Dumb());
    }
}
