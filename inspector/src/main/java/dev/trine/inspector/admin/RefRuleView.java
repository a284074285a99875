package dev.trine.inspector.admin;

import dev.trine.inspector.cli.Column;
import dev.trine.proto.GrantRole;
import dev.trine.proto.RefRule;
import java.util.List;

/** A rule of refs as it is shown; roles in the words of the command line. */
record RefRuleView(String path, String pattern, String push, String force, String delete) {
    static final List<Column<RefRuleView>> COLUMNS = List.of(
        new Column<>("PATH", RefRuleView::path),
        new Column<>("PATTERN", RefRuleView::pattern),
        new Column<>("PUSH", RefRuleView::push),
        new Column<>("FORCE", RefRuleView::force),
        new Column<>("DELETE", RefRuleView::delete));

    static RefRuleView of(RefRule rule) {
        return new RefRuleView(rule.getPath(), rule.getPattern(), word(rule.getPush()), word(rule.getForce()),
            word(rule.getDelete()));
    }

    private static String word(GrantRole role) {
        return role == GrantRole.GRANT_ROLE_UNSPECIFIED ? LeastRole.NOBODY.toString() : GrantRoleName.of(role);
    }
}
