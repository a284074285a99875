package dev.trine.http;

import dev.trine.common.lifecycle.ServiceMain;

/** Runs the HTTP proxy from a configuration file. */
public final class Main {
    private Main() {
    }

    public static void main(String[] args) {
        ServiceMain.run("http-proxy", args, HttpProxyConfig.class, HttpProxy::start);
    }
}
