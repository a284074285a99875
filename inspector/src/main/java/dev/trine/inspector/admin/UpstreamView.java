package dev.trine.inspector.admin;

import dev.trine.inspector.cli.Column;
import dev.trine.proto.Upstream;
import java.util.List;

/** An upstream as it is shown. */
record UpstreamView(String name, String url, String credential) {
    static final List<Column<UpstreamView>> COLUMNS = List.of(
        new Column<>("NAME", UpstreamView::name),
        new Column<>("URL", UpstreamView::url),
        new Column<>("CREDENTIAL", UpstreamView::credential));

    static UpstreamView of(Upstream upstream) {
        return new UpstreamView(upstream.getName(), upstream.getBaseUrl(),
            UpstreamCredentialName.of(upstream.getCredential()));
    }
}
