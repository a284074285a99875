package dev.trine.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.relay.GitProgram;
import dev.trine.proto.ArchiveRequest;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
        "/-/oidc/token,TokenExchange", "/-/oidc/tokens,Unknown",
        "/g/r/objects/ab/cdef,Dumb", "/,Unknown", "/g/r,Unknown", "/info/refs,Unknown", "/git-upload-pack,Unknown",
        "/g/r.git/info/lfs/objects/batch,Lfs", "/g/r/info/lfs,Lfs", "/g/r/info/lfsx,Unknown",
        "/info/lfs,Unknown", "'',Unknown", "/g/r/git-upload-archive,Unknown"})
    void everythingElseIsTold(String path, String kind) {
        assertThat(Target.of(path, Optional.empty()).getClass().getSimpleName()).isEqualTo(kind);
    }

    @Test
    void filesAndArchivesAreReadBehindAHyphen() {
        assertThat(Target.of("/g/r.git/-/raw/feature/x/a b.txt", Optional.empty()))
            .isEqualTo(new Target.Content("/g/r.git", new ContentTarget.File("feature/x/a b.txt")));
        assertThat(Target.of("/g/r/-/raw/main/info/refs", Optional.of("git-upload-pack")))
            .isEqualTo(new Target.Content("/g/r", new ContentTarget.File("main/info/refs")));
        assertThat(Target.of("/g/s/r/-/archive/rel/1.0.tar.gz", Optional.empty())).isEqualTo(new Target.Content(
            "/g/s/r", new ContentTarget.Archive("rel/1.0", ".tar.gz", ArchiveRequest.Format.TAR_GZ)));
        assertThat(Target.of("/g/r/-/archive/main.zip", Optional.empty())).isEqualTo(new Target.Content(
            "/g/r", new ContentTarget.Archive("main", ".zip", ArchiveRequest.Format.ZIP)));
        assertThat(Target.of("/g/-/r/info/refs", Optional.of("git-upload-pack")))
            .isEqualTo(new Target.InfoRefs(GitProgram.UPLOAD_PACK, "/g/-/r"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/g/r/-/raw/main", "/g/r/-/raw/main/", "/g/r/-/raw//x", "/g/r/-/archive/main.tar",
        "/g/r/-/archive/.zip", "/g/r/-/tree/main", "/-/raw/main/x", "/g/r/-/"})
    void whatIsNoFileAndNoArchiveIsUnknown(String path) {
        assertThat(Target.of(path, Optional.empty())).isEqualTo(new Target.Unknown());
    }

    @Test
    void aServiceThatIsNotGitsIsNotSmart() {
        assertThat(Target.of("/g/r/info/refs", Optional.of("git-upload-archive"))).isEqualTo(new Target.Dumb());
    }
}
