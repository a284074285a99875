import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.TransportConfigCallback;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.StoredConfig;
import org.eclipse.jgit.transport.FilterSpec;
import org.eclipse.jgit.transport.PushResult;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.RemoteConfig;
import org.eclipse.jgit.transport.RemoteRefUpdate;
import org.eclipse.jgit.transport.SshTransport;
import org.eclipse.jgit.transport.Transport;
import org.eclipse.jgit.transport.URIish;
import org.eclipse.jgit.transport.UsernamePasswordCredentialsProvider;
import org.eclipse.jgit.transport.sshd.SshdSessionFactory;
import org.eclipse.jgit.transport.sshd.SshdSessionFactoryBuilder;

/** Drives JGit; see Driven in matrix/clients.py. Started from its source. */
public final class Client {
    private static final UsernamePasswordCredentialsProvider SIGN_IN =
        new UsernamePasswordCredentialsProvider("admin", System.getenv().getOrDefault("TRINE_TOKEN", ""));

    private Client() {
    }

    public static void main(String[] args) {
        try (SshdSessionFactory ssh = ssh()) {
            TransportConfigCallback signIn = transport -> {
                if (transport instanceof SshTransport overSsh) {
                    overSsh.setSshSessionFactory(ssh);
                }
            };
            run(args, signIn);
        } catch (Exception e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                System.err.println(cause);
            }
            System.exit(1);
        }
    }

    private static void run(String[] args, TransportConfigCallback signIn) throws Exception {
        switch (args[0]) {
            case "version" -> System.out.println(Repository.class.getPackage().getImplementationVersion());
            case "clone" -> Git.cloneRepository().setURI(args[1]).setDirectory(directory(args).toFile())
                .setCredentialsProvider(SIGN_IN).setTransportConfigCallback(signIn).call().close();
            case "shallow" -> Git.cloneRepository().setURI(args[1]).setDirectory(directory(args).toFile()).setDepth(1)
                .setCredentialsProvider(SIGN_IN).setTransportConfigCallback(signIn).call().close();
            case "fetch" -> {
                try (Git git = Git.open(directory(args).toFile())) {
                    git.fetch().setCredentialsProvider(SIGN_IN).setTransportConfigCallback(signIn).call();
                }
            }
            case "deepen" -> {
                try (Git git = Git.open(directory(args).toFile())) {
                    git.fetch().setDepth(Integer.parseInt(args[3])).setCredentialsProvider(SIGN_IN)
                        .setTransportConfigCallback(signIn).call();
                }
            }
            case "push" -> push(args, signIn);
            case "partial" -> partial(args, signIn);
            default -> throw new IllegalArgumentException("no verb " + args[0]);
        }
    }

    private static void push(String[] args, TransportConfigCallback signIn) throws Exception {
        List<RefSpec> refSpecs = new ArrayList<>();
        for (int i = 3; i < args.length; i++) {
            refSpecs.add(new RefSpec(args[i]));
        }
        try (Git git = Git.open(directory(args).toFile())) {
            for (PushResult result : git.push().setRemote(args[1]).setRefSpecs(refSpecs)
                .setCredentialsProvider(SIGN_IN).setTransportConfigCallback(signIn).call()) {
                for (RemoteRefUpdate update : result.getRemoteUpdates()) {
                    if (update.getStatus() != RemoteRefUpdate.Status.OK) {
                        throw new IllegalStateException(update + " " + result.getMessages());
                    }
                }
            }
        }
    }

    /** JGit's commands offer no filter, its transport does; it does not fetch later what is missing. */
    private static void partial(String[] args, TransportConfigCallback signIn) throws Exception {
        try (Git git = Git.init().setDirectory(directory(args).toFile()).setInitialBranch("main").call()) {
            Repository repository = git.getRepository();
            StoredConfig config = repository.getConfig();
            RemoteConfig origin = new RemoteConfig(config, "origin");
            origin.addURI(new URIish(args[1]));
            RefSpec all = new RefSpec("+refs/heads/*:refs/remotes/origin/*");
            origin.addFetchRefSpec(all);
            origin.update(config);
            config.save();
            try (Transport transport = Transport.open(repository, origin)) {
                transport.setCredentialsProvider(SIGN_IN);
                signIn.configure(transport);
                transport.setFilterSpec(FilterSpec.fromFilterLine("blob:none"));
                transport.setCheckFetchedObjects(false);
                transport.fetch(NullProgressMonitor.INSTANCE, List.of(all));
            }
        }
    }

    private static Path directory(String[] args) {
        return Path.of(args[2]);
    }

    /** With an RSA key: for Ed25519 it would need another library. */
    private static SshdSessionFactory ssh() {
        Map<String, String> env = System.getenv();
        Path home = Path.of(System.getProperty("user.home"));
        return new SshdSessionFactoryBuilder().setHomeDirectory(home.toFile())
            .setSshDirectory(home.resolve(".ssh").toFile()).setPreferredAuthentications("publickey")
            .setDefaultIdentities(directory -> List.of(Path.of(env.getOrDefault("TRINE_SSH_RSA_KEY", "none"))))
            .setDefaultKnownHostsFiles(directory -> List.of(Path.of(env.getOrDefault("TRINE_KNOWN_HOSTS", "none"))))
            .build(null);
    }
}
