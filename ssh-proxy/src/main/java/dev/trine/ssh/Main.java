package dev.trine.ssh;

import dev.trine.common.lifecycle.ServiceMain;

/** Runs the SSH proxy from a configuration file. */
public final class Main {
    private Main() {
    }

    public static void main(String[] args) {
        ServiceMain.run("ssh-proxy", args, SshProxyConfig.class, SshProxy::start);
    }
}
