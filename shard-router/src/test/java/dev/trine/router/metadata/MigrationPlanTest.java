package dev.trine.router.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.common.model.Share;
import dev.trine.router.metadata.Upstream.Credential;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MigrationPlanTest {
    private static final Upstream OLD = upstream("old", "https://old.example/scm/");
    private static final Upstream OLDER = upstream("older", "http://older.example");

    private static Upstream upstream(String name, String base) {
        return new Upstream(new UpstreamName(name), Upstream.base(base), Credential.NONE);
    }

    private static MigrationRule rule(String scope, String upstream, int percent) {
        return new MigrationRule(new Scope(scope), upstream.equals("here") ? Optional.empty()
            : Optional.of(new UpstreamName(upstream)), new Share(percent), false);
    }

    private static MigrationPlan plan(MigrationRule... rules) {
        return new MigrationPlan(List.of(OLD, OLDER), List.of(rules));
    }

    @ParameterizedTest
    @CsvSource({"team/app, older", "team/app/deep, older", "team/apple, here", "team/tool, old", "crew/x, older",
        "crews/x, old", "teams/x, old"})
    void theNearestRuleCounts(RepoPath path, String served) {
        MigrationPlan plan = plan(rule("*", "old", 100), rule("crew", "older", 100), rule("team/app", "older", 100),
            rule("team/apple", "here", 0));
        assertThat(plan.sent(path).map(sent -> sent.to().name().value()).orElse("here")).isEqualTo(served);
    }

    @Test
    void withoutARuleAllIsServedHere() {
        assertThat(MigrationPlan.NONE.sent(new RepoPath("team/app"))).isEmpty();
        assertThat(plan(rule("team", "old", 100)).sent(new RepoPath("crew/app"))).isEmpty();
    }

    @Test
    void aShareOfAGroupStaysWhereItIsWhileItGrows() {
        List<RepoPath> all = IntStream.range(0, 1_000).mapToObj(i -> new RepoPath("team/r" + i)).toList();
        MigrationPlan some = plan(rule("*", "older", 100), rule("team", "old", 40));
        MigrationPlan more = plan(rule("*", "older", 100), rule("team", "old", 41));
        long sent = all.stream().filter(path -> some.sent(path).isPresent()).count();
        assertThat(sent).isBetween(330L, 470L);
        assertThat(all).allMatch(path -> some.sent(path).isEmpty() || more.sent(path).isPresent());
        assertThat(all).allMatch(path -> some.sent(path).isEmpty() || some.sent(path).get().to().equals(OLD));
    }

    @Test
    void theUrlIsBelowTheBase() {
        MigrationPlan.Sent sent = plan(rule("*", "old", 100)).sent(new RepoPath("team/a-b_c.d")).orElseThrow();
        assertThat(sent.url(".git")).hasToString("https://old.example/scm/team/a-b_c.d.git");
        assertThat(sent.url("")).hasToString("https://old.example/scm/team/a-b_c.d");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://x", "file:///etc", "x", "", "https://", "https://u:p@x", "https://x/?a=b",
        "https://x/#y", "https://\u00fc", "javascript:x", "https:x", "https://x y"})
    void anUpstreamIsAPlaceInTheWebAndHasNoSecret(String url) {
        assertThatThrownBy(() -> upstream("old", url)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void credentialsDoNotCrossANetworkInClearText() {
        assertThatThrownBy(() -> new Upstream(new UpstreamName("old"), Upstream.base("http://old.example"),
            Credential.PASS_THROUGH)).hasMessageContaining("would carry credentials in clear text: use https");
        new Upstream(new UpstreamName("old"), Upstream.base("http://127.0.0.1:8080"), Credential.BASIC);
        new Upstream(new UpstreamName("old"), Upstream.base("https://old.example"), Credential.BEARER);
    }

    @Test
    void aRuleThatHasAllServedHereSaysNothingElse() {
        assertThatThrownBy(() -> rule("team", "here", 1)).hasMessageContaining("has no percentage");
        assertThatThrownBy(() -> new MigrationRule(new Scope("team"), Optional.empty(), new Share(0), true))
            .hasMessageContaining("is not read-only");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Old", "../x", "a/b", "-a", ".a"})
    void aNameIsAlsoThatOfAFile(String name) {
        assertThatThrownBy(() -> new UpstreamName(name)).hasMessageContaining("is not a name of an upstream");
    }
}
