package dev.trine.router;

import dev.trine.common.lifecycle.ServiceMain;

/** Starts a shard router as a process of its own: {@code --config FILE}. */
public final class Main {
    private Main() {
    }

    public static void main(String[] args) {
        ServiceMain.run("shard-router", args, ShardRouterConfig.class, ShardRouter::start);
    }
}
