package dev.trine.deploy;

import dev.trine.deploy.bench.BenchCommand;
import dev.trine.deploy.chaos.ChaosCommand;
import dev.trine.deploy.chaos.DatabaseAway;
import dev.trine.deploy.local.DownCommand;
import dev.trine.deploy.local.Jvm;
import dev.trine.deploy.local.NodeCommand;
import dev.trine.deploy.local.PrepareCommand;
import dev.trine.deploy.local.UpCommand;
import dev.trine.deploy.measure.ApartFigures;
import dev.trine.deploy.measure.MeasureCommand;
import dev.trine.inspector.admin.AdminCommands;
import dev.trine.inspector.admin.Prompt;
import dev.trine.inspector.cli.Cli;
import dev.trine.lab.sim.SimCommand;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The root of all commands. */
@Command(name = "trine", versionProvider = BuildVersion.class, synopsisSubcommandLabel = "COMMAND",
    description = {"Trine hosts Git repositories, each on three machines of which any one may fail.", ""},
    commandListHeading = "%nCommands (each has --help with examples):%n",
    footer = {"%nExamples:", "  trine up --detach", "  trine repo list", "  trine node kill n2",
        "  trine cluster status", "  trine down"})
public final class Trine {
    @Option(names = {"-V", "--version"}, versionHelp = true, description = "Show the version.")
    private boolean version;

    private Trine() {
    }

    /** Runs the command that the arguments name. */
    public static void main(String[] args) {
        Service.plain(args).ifPresentOrElse(service -> service.run(args[2]),
            () -> System.exit(commandLine().execute(args)));
    }

    static CommandLine commandLine() {
        CommandLine root = new CommandLine(new Trine());
        new AdminCommands(System.getenv(), Path.of(""), Prompt.terminal(), System.in).addTo(root);
        root.addSubcommand(new UpCommand());
        root.addSubcommand(new DownCommand());
        root.addSubcommand(new PrepareCommand());
        NodeCommand.addTo(root.getSubcommands().get("node"));
        root.addSubcommand(new BenchCommand(ApartFigures::of, () -> Jvm.current().likeGitServer()));
        root.addSubcommand(lab());
        addServices(root);
        return Cli.configure(root);
    }

    private static CommandLine lab() {
        CommandLine lab = new CommandLine(new LabCommand());
        lab.addSubcommand(new MeasureCommand(DatabaseAway::new));
        lab.addSubcommand(new SimCommand());
        lab.addSubcommand(new ChaosCommand());
        return lab;
    }

    private static void addServices(CommandLine root) {
        for (Service service : Service.values()) {
            CommandLine command = new CommandLine(new ServiceCommand(service));
            command.getCommandSpec().usageMessage().description(service.summary()).footer("%nExample:",
                "  trine " + service.command() + " --config .trine/conf/" + service.exampleFile() + ".yaml");
            root.addSubcommand(service.command(), command);
        }
    }
}
