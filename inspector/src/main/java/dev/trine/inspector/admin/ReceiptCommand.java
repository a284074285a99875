package dev.trine.inspector.admin;

import dev.trine.inspector.cli.CommandFailure;
import dev.trine.proto.ListReceiptsReply;
import dev.trine.proto.ListReceiptsRequest;
import dev.trine.proto.VerifyReceiptRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** What the nodes keep of acknowledged changes, and whether it still holds. */
@Command(name = "receipt", description = "Show and verify receipts: what the nodes keep of acknowledged changes.",
    footer = {"%nExamples:", "  trine receipt list team/app", "  trine receipt verify team/app 42"})
final class ReceiptCommand {
    private static final String REPO_HELP = "Path or id of the repository.";
    private static final Pattern VERSION = Pattern.compile("[0-9]{1,18}");
    private static final Pattern SHORT_ID = Pattern.compile("([0-9]{1,18})-[0-9]+\\.[0-9]+\\.[0-9]-[0-9a-f]{12}");
    private static final int FILE_BYTES_MAX = 1 << 20;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Clusters clusters;
    private final Path workingDirectory;

    ReceiptCommand(Clusters clusters, Path workingDirectory) {
        this.clusters = clusters;
        this.workingDirectory = workingDirectory;
    }

    @Command(name = "list", description = "List receipts of a repository's changes, newest first.",
        footer = {"%nExamples:", "  trine receipt list team/app", "  trine receipt list team/app --limit 1000"})
    void list(@Mixin Session session,
              @Option(names = "--limit", paramLabel = "N", defaultValue = "20", converter = ItemsMax.Converter.class,
                  description = "At most so many, 1 to 1000 (default: 20).") ItemsMax limit,
              @Option(names = "--up-to", paramLabel = "VERSION", defaultValue = "0",
                  description = "Versions up to this one (default: from the newest).") long atMost,
              @Parameters(paramLabel = "REPO", description = REPO_HELP) String repo) {
        try (AdminClient client = clusters.connect(session.cluster())) {
            session.list(read(client, repo, atMost, limit.count()), ReceiptView.COLUMNS);
        }
    }

    @Command(name = "show", description = {"Show one receipt whole.",
        "With -o json it is a file to be kept, and to be verified later with 'trine receipt verify'."},
        footer = {"%nExamples:", "  trine receipt show team/app 42",
            "  trine receipt show team/app 42 -o json > release-1.0.receipt.json"})
    void show(@Mixin Session session,
              @Parameters(index = "0", paramLabel = "REPO", description = REPO_HELP) String repo,
              @Parameters(index = "1", paramLabel = "VERSION", description = "Version of the change.") long version) {
        try (AdminClient client = clusters.connect(session.cluster())) {
            List<ReceiptView> found = read(client, repo, version, 1).stream()
                .filter(receipt -> receipt.version() == version).toList();
            if (found.isEmpty()) {
                throw new CommandFailure("no node that answers keeps a receipt of version " + version + " of " + repo
                    + ": it changed no ref, has not happened, or is older than receipts are kept; 'trine receipt list'"
                    + " shows what there is");
            }
            session.show(found.getFirst(), () -> found.getFirst().print(session.out()));
        }
    }

    @Command(name = "verify", description = {"Ask all nodes of a repository whether a receipt still holds.",
        "The receipt is named by its version, by its short name as the push told it, or by a file that"
            + " 'trine receipt show -o json' wrote.",
        "The exit code is 0 when the change is durable on two nodes, 3 when too few nodes could be asked or have it,"
            + " 4 when a node contradicts it, 5 when no node keeps it any more."},
        footer = {"%nExamples:", "  trine receipt verify team/app 42",
            "  trine receipt verify team/app 42-1.7.0-3fa9c1d2e4b5",
            "  trine receipt verify team/app release-1.0.receipt.json"})
    int verify(@Mixin Session session,
               @Parameters(index = "0", paramLabel = "REPO", description = REPO_HELP) String repo,
               @Parameters(index = "1", paramLabel = "VERSION|RECEIPT|FILE", description = "Which receipt.")
               String receipt) {
        VerifyReceiptRequest request = request(repo, receipt);
        try (AdminClient client = clusters.connect(session.cluster())) {
            VerificationView view = VerificationView.of(client.call(stub -> stub.verifyReceipt(request)));
            session.show(view, () -> view.print(session.out()));
            return view.exitCode().number();
        }
    }

    private static List<ReceiptView> read(AdminClient client, String repo, long atMost, int limit) {
        ListReceiptsReply reply = client.call(stub -> stub.listReceipts(ListReceiptsRequest.newBuilder().setRepo(repo)
            .setAtMost(atMost).setLimit(limit).build()));
        return reply.getReceiptsList().stream()
            .map(kept -> ReceiptView.of(reply.getRepoId(), reply.getPath(), kept)).toList();
    }

    private VerifyReceiptRequest request(String repo, String receipt) {
        VerifyReceiptRequest.Builder request = VerifyReceiptRequest.newBuilder().setRepo(repo);
        Matcher shortId = SHORT_ID.matcher(receipt);
        if (VERSION.matcher(receipt).matches()) {
            return request.setVersion(Long.parseLong(receipt)).build();
        }
        if (shortId.matches()) {
            return request.setVersion(Long.parseLong(shortId.group(1))).setShortId(receipt).build();
        }
        ReceiptView stored = stored(file(receipt));
        return request.setVersion(stored.version()).setExpected(stored.toProto()).build();
    }

    private Path file(String name) {
        try {
            return workingDirectory.resolve(name);
        } catch (InvalidPathException e) {
            throw new CommandFailure("'" + name + "' is neither a version nor a receipt's short name nor the name of a"
                + " file", e);
        }
    }

    private static ReceiptView stored(Path file) {
        try {
            if (Files.size(file) > FILE_BYTES_MAX) {
                throw new CommandFailure(file + " is too large for a receipt");
            }
            return Optional.ofNullable(JSON.readValue(Files.readString(file), ReceiptView.class))
                .orElseThrow(() -> new CommandFailure(file + " holds no receipt: store one with 'trine receipt show -o"
                    + " json'"));
        } catch (JacksonException e) {
            throw new CommandFailure(file + " holds no receipt (" + e.getOriginalMessage()
                + "): store one with 'trine receipt show -o json'", e);
        } catch (IOException e) {
            throw new CommandFailure("'" + file + "' is neither a version nor a receipt's short name nor a file that"
                + " can be read", e);
        }
    }
}
