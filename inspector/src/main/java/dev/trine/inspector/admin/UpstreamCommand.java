package dev.trine.inspector.admin;

import dev.trine.proto.ListUpstreamsRequest;
import dev.trine.proto.RemoveUpstreamRequest;
import dev.trine.proto.Upstream;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Older Git hosts from which repositories move here. */
@Command(name = "upstream", description = "Older Git hosts that still serve some repositories; see 'trine migration'.",
    footer = {"%nExamples:", "  trine upstream set old https://git.old.example --credential basic",
        "  trine upstream list"})
final class UpstreamCommand {
    private final Clusters clusters;

    UpstreamCommand(Clusters clusters) {
        this.clusters = clusters;
    }

    @Command(name = "set", description = {"Add an upstream, or change the one of that name.",
        "With 'basic' and 'bearer' each HTTP proxy signs in with what it finds in the",
        "file NAME of its upstreams.secrets-dir: user:password, or a token.",
        "With 'pass-through' the upstream is shown what the client signs in with."},
        footer = {"%nExamples:", "  trine upstream set old https://git.old.example",
            "  trine upstream set old https://git.old.example/scm --credential bearer"})
    void set(@Mixin Session session,
             @Option(names = "--credential", paramLabel = "KIND", defaultValue = "none", description = "How to sign in"
                 + " there: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).") UpstreamCredentialName credential,
             @Parameters(index = "0", paramLabel = "NAME", description = "Name of the upstream.") String name,
             @Parameters(index = "1", paramLabel = "URL", description = "Its repositories are at"
                 + " URL/GROUP/NAME.git.") String url) {
        try (AdminClient client = clusters.connect(session.cluster())) {
            Upstream upstream = Upstream.newBuilder().setName(name).setBaseUrl(url)
                .setCredential(credential.credential()).build();
            UpstreamView set = UpstreamView.of(client.upstreams(stub -> stub.setUpstream(upstream)));
            session.done(set, "upstream " + set.name() + " is " + set.url() + ", credential " + set.credential());
        }
    }

    @Command(name = "list", description = "List upstreams.", footer = {"%nExample:", "  trine upstream list -o json"})
    void list(@Mixin Session session) {
        try (AdminClient client = clusters.connect(session.cluster())) {
            List<UpstreamView> all = client.upstreams(stub -> stub.listUpstreams(
                ListUpstreamsRequest.getDefaultInstance())).getUpstreamsList().stream().map(UpstreamView::of).toList();
            session.list(all, UpstreamView.COLUMNS);
        }
    }

    @Command(name = "remove", description = "Remove an upstream that no migration rule names.",
        footer = {"%nExample:", "  trine upstream remove old"})
    void remove(@Mixin Session session,
                @Parameters(paramLabel = "NAME", description = "Name of the upstream.") String name) {
        try (AdminClient client = clusters.connect(session.cluster())) {
            client.upstreams(stub -> stub.removeUpstream(RemoveUpstreamRequest.newBuilder().setName(name).build()));
            session.done(Map.of("name", name), "removed upstream " + name);
        }
    }
}
