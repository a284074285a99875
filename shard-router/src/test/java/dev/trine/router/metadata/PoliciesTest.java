package dev.trine.router.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.model.RefLimits;
import org.junit.jupiter.api.Test;

class PoliciesTest {
    private static final RepoPath DEEPEST = new RepoPath("a/b/c/d/e/f/g/h");

    @Test
    void whereEveryPathHasAsManyRulesAsItMayProxiesAndNodesAcceptAllThatHoldInARepository() {
        assertThat(Policies.above(Scope.of(DEEPEST))).hasSize(9).startsWith("a/b/c/d/e/f/g/h").endsWith("a", "*");
        assertThat(Policies.above(Scope.of(DEEPEST)).size() * RefRule.AT_SCOPE_MAX)
            .isLessThanOrEqualTo(RefLimits.MAX);
    }
}
