package dev.trine.server;

import dev.trine.common.lifecycle.ServiceMain;

/** Starts a git server as a process of its own: {@code --config FILE}. */
public final class Main {
    private Main() {
    }

    public static void main(String[] args) {
        ServiceMain.run("git-server", args, GitServerConfig.class,
            config -> GitServer.start(config, new ProcessHalt()));
    }
}
