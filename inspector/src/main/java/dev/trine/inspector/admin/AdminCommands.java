package dev.trine.inspector.admin;

import dev.trine.inspector.cli.Terminal;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine;

/** The administrators' commands, ready to hang below the program's root command. */
public final class AdminCommands {
    private final Clusters clusters;
    private final Prompt prompt;
    private final InputStream stdin;
    private final Path workingDirectory;

    /**
     * Makes the commands.
     *
     * @param environment      variables of the process: {@code TRINE_CLUSTER} names the cluster file
     * @param workingDirectory what relative paths refer to
     * @param prompt           asks before something is destroyed
     * @param stdin            where {@code key add USER -} reads from; not closed
     */
    public AdminCommands(Map<String, String> environment, Path workingDirectory, Prompt prompt, InputStream stdin) {
        this.clusters = new Clusters(environment, workingDirectory);
        this.prompt = prompt;
        this.stdin = stdin;
        this.workingDirectory = workingDirectory;
    }

    /** Hangs them below the root. */
    public void addTo(CommandLine root) {
        root.addSubcommand(new UserCommand(clusters));
        root.addSubcommand(new KeyCommand(clusters, stdin));
        root.addSubcommand(new TokenCommand(clusters));
        root.addSubcommand(new RepoCommand(clusters, prompt));
        root.addSubcommand(new RefCommand(clusters));
        root.addSubcommand(new ReceiptCommand(clusters, workingDirectory));
        root.addSubcommand(new AuditCommand(clusters, workingDirectory));
        root.addSubcommand(new GrantCommand(clusters));
        root.addSubcommand(new ProtectCommand(clusters));
        root.addSubcommand(new UpstreamCommand(clusters));
        root.addSubcommand(new MigrationCommand(clusters));
        root.addSubcommand(new SettingsCommand(clusters));
        root.addSubcommand(new ClusterCommand(clusters));
        root.addSubcommand(new NodeCommand(clusters, Terminal.showsErrors()));
        root.addSubcommand(new RouteCommand(clusters));
    }
}
