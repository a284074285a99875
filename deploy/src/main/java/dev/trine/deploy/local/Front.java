package dev.trine.deploy.local;

import dev.trine.common.config.ConfigFile;
import dev.trine.common.lifecycle.Closer;
import dev.trine.common.lifecycle.ServiceMain;
import dev.trine.http.HttpProxy;
import dev.trine.http.HttpProxyConfig;
import dev.trine.router.ShardRouter;
import dev.trine.router.ShardRouterConfig;
import dev.trine.ssh.SshProxy;
import dev.trine.ssh.SshProxyConfig;

/** The stateless services of a local cluster in one process: the shard router and both proxies. */
public final class Front {
    private Front() {
    }

    /** Runs them until the process is told to stop. */
    public static void main(String[] args) {
        ServiceMain.run("front", args, FrontConfig.class, Front::start);
    }

    /** Starts the router first: the proxies ask it. A start that fails closes what it had opened. */
    private static AutoCloseable start(FrontConfig config) throws Exception {
        Closer services = new Closer();
        try {
            services.open(ShardRouter.start(ConfigFile.load(config.shardRouter(), ShardRouterConfig.class)));
            services.open(HttpProxy.start(ConfigFile.load(config.httpProxy(), HttpProxyConfig.class)));
            services.open(SshProxy.start(ConfigFile.load(config.sshProxy(), SshProxyConfig.class)));
            return services;
        } catch (Exception e) {
            services.close();
            throw e;
        }
    }
}
