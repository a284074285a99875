package dev.trine.deploy;

import dev.trine.deploy.local.Front;
import java.util.Arrays;
import java.util.Optional;

/** The services that this program can be, each under the name of a command. */
enum Service {
    /** One node. */
    GIT_SERVER("git-server", "Run one git server.", dev.trine.server.Main::main),
    /** Decides who answers. */
    SHARD_ROUTER("shard-router", "Run a shard router.", dev.trine.router.Main::main),
    /** Git's door for HTTP. */
    HTTP_PROXY("http-proxy", "Run an HTTP proxy.", dev.trine.http.Main::main),
    /** Git's door for SSH. */
    SSH_PROXY("ssh-proxy", "Run an SSH proxy.", dev.trine.ssh.Main::main),
    /** All that stands before the nodes. */
    FRONT("front", "Run a shard router and both proxies in one process.", Front::main);

    private static final String CONFIG = "--config";

    private final String command;
    private final String summary;
    private final Entry entry;

    /** The main method of a service. */
    @FunctionalInterface
    private interface Entry {
        void main(String[] args);
    }

    Service(String command, String summary, Entry entry) {
        this.command = command;
        this.summary = summary;
        this.entry = entry;
    }

    /** The name of its command. */
    String command() {
        return command;
    }

    /** What it does, in a sentence. */
    String summary() {
        return summary;
    }

    /** The file that its example shows; a git server's has the name of the node. */
    String exampleFile() {
        return this == GIT_SERVER ? "n1" : command;
    }

    /** Runs it until the process is told to stop. */
    void run(String configuration) {
        entry.main(new String[] {CONFIG, configuration});
    }

    /**
     * The service that a command line starts as supervisors and `trine up` write it. All commands with their options
     * need not be looked at then, which is half of the work of such a start.
     */
    static Optional<Service> plain(String... args) {
        return args.length == 3 && args[1].equals(CONFIG)
            ? Arrays.stream(values()).filter(service -> service.command.equals(args[0])).findFirst()
            : Optional.empty();
    }
}
