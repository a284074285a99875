package dev.trine.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ServiceTest {
    @Test
    void aServiceWithItsConfigurationIsStartedWithoutLookingAtCommands() {
        assertThat(Service.plain("git-server", "--config", "n1.yaml")).contains(Service.GIT_SERVER);
        assertThat(Service.plain("front", "--config", "front.yaml")).contains(Service.FRONT);
    }

    @Test
    void helpAndEverythingElseIsForTheCommandLine() {
        assertThat(Service.plain()).isEmpty();
        assertThat(Service.plain("git-server")).isEmpty();
        assertThat(Service.plain("git-server", "--help")).isEmpty();
        assertThat(Service.plain("git-server", "--config=n1.yaml")).isEmpty();
        assertThat(Service.plain("git-server", "--confg", "n1.yaml")).isEmpty();
        assertThat(Service.plain("repo", "--config", "n1.yaml")).isEmpty();
        assertThat(Service.values()).allSatisfy(service ->
            assertThat(Trine.commandLine().getSubcommands()).containsKey(service.command()));
    }
}
