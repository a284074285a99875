package dev.trine.jgithost;

import java.net.InetAddress;
import java.nio.file.Path;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jgit.http.server.GitServlet;
import org.eclipse.jgit.storage.file.WindowCacheConfig;
import org.eclipse.jgit.transport.resolver.FileResolver;

/**
 * Serves all bare repositories below a directory over HTTP, on a free loopback port, until it is ended. Whether a
 * repository may be pushed to, and what is synced, its own configuration says. JGit's caches are sized as those of a
 * git server of Trine, and keep what they have while there is room; everything else is as JGit has it.
 */
public final class JGitHost {
    private static final int OPEN_FILES_MAX = 4096;
    private static final int DELTA_BASE_CACHE_BYTES = 4 << 20;

    private JGitHost() {
    }

    /**
     * Serves; the one line on standard output says where.
     *
     * @param args the directory
     */
    public static void main(String[] args) throws Exception {
        if (args.length != 1) {
            System.err.println("jgit-host: one directory of bare repositories is needed");
            System.exit(2);
        }
        System.setProperty("logback.configurationFile", "jgit-host-log.xml");
        cacheMuch();
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server);
        connector.setHost(InetAddress.getLoopbackAddress().getHostAddress());
        server.addConnector(connector);
        GitServlet git = new GitServlet();
        git.setRepositoryResolver(new FileResolver<>(Path.of(args[0]).toFile(), true));
        ServletContextHandler context = new ServletContextHandler("/");
        context.addServlet(new ServletHolder(git), "/*");
        server.setHandler(context);
        server.start();
        System.out.println("listening on " + connector.getLocalPort());
        server.join();
    }

    private static void cacheMuch() {
        WindowCacheConfig config = new WindowCacheConfig();
        config.setPackedGitLimit(Math.clamp(Runtime.getRuntime().maxMemory() / 4, 16L << 20, 4L << 30));
        config.setPackedGitOpenFiles(OPEN_FILES_MAX);
        config.setPackedGitUseStrongRefs(true);
        config.setDeltaBaseCacheLimit(DELTA_BASE_CACHE_BYTES);
        config.install();
    }
}
