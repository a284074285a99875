package dev.trine.common.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientPathTest {
    @ParameterizedTest
    @CsvSource({"g/r,g/r,false,''", "/g/r,g/r,false,''", "g/r.git,g/r,false,.git", "/+here/g/r.git,g/r,true,.git",
        "+here/g/r,g/r,true,''", "//g/r,/g/r,false,''", "g/r.git.git,g/r.git,false,.git",
        "+here/+here/g,+here/g,true,''", "/,'',false,''", "+here/.git,'',true,.git", ".git,'',false,.git"})
    void whatClientsWriteAroundAPathIsTakenOff(String given, String path, boolean here, String suffix) {
        assertThat(ClientPath.parse(given)).isEqualTo(new ClientPath(path, here, suffix));
    }

    @Test
    void theLengthIsThatInBytes() {
        assertThat(ClientPath.isTooLong("x".repeat(512))).isFalse();
        assertThat(ClientPath.isTooLong("x".repeat(513))).isTrue();
        assertThat(ClientPath.isTooLong("\u00e9".repeat(256))).isFalse();
        assertThat(ClientPath.isTooLong("\u00e9".repeat(257))).isTrue();
    }
}
