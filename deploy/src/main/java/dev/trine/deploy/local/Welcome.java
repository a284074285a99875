package dev.trine.deploy.local;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;

/** What is said when a cluster is ready: where it is, and what to try. The commands work as they are printed. */
final class Welcome {
    /** System property that the launcher script sets to its own path. */
    private static final String LAUNCHER = "trine.launcher";

    private final ClusterDirectory directory;
    private final Endpoints endpoints;
    private final Path workingDirectory;

    Welcome(ClusterDirectory directory, Endpoints endpoints, Path workingDirectory) {
        this.directory = directory;
        this.endpoints = endpoints;
        this.workingDirectory = workingDirectory.toAbsolutePath().normalize();
    }

    void print(PrintWriter out) {
        out.println("Trine is ready: every push is kept by three git servers, n1, n2 and n3.");
        out.println();
        out.println("  HTTP   " + endpoints.http());
        out.println("  SSH    " + endpoints.ssh());
        out.println("  API    " + endpoints.api());
        out.println("  token  in " + directory.adminToken() + ", of the user admin");
        out.println();
        out.println("Push over HTTP, clone over SSH, and compare the three replicas:");
        out.println();
        out.println("  git -C " + Shell.quoted(directory.example().toString()) + " " + GitAccess.option(directory)
            + " push " + endpoints.http() + "/demo/hello.git main");
        out.println("  git " + sshOption() + "clone " + endpoints.ssh() + "/demo/hello.git");
        out.println("  " + trine() + " repo describe demo/hello" + clusterOption());
        out.println();
        out.flush();
    }

    private String sshOption() {
        return Files.isRegularFile(directory.sshKey()) ? GitAccess.option(directory) + " " : "";
    }

    private String trine() {
        Path script = Path.of(System.getProperty(LAUNCHER, "trine"));
        return workingDirectory.equals(script.getParent()) ? "./trine" : Shell.quoted(script.toString());
    }

    /** Commands find a cluster in its usual place by themselves. */
    private String clusterOption() {
        Path usual = workingDirectory.resolve(".trine");
        return directory.root().equals(usual) ? "" : " --cluster " + Shell.quoted(directory.client().toString());
    }
}
