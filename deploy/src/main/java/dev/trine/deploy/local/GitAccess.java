package dev.trine.deploy.local;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What git needs to reach a local cluster, in a configuration file that one option includes. The token lies in a file
 * of its own that git reads: it shows neither in the shell's history nor in the list of processes.
 */
final class GitAccess {
    private static final String SCHEME = "http://";

    private GitAccess() {
    }

    /** Writes the files; without an SSH key of the cluster's, SSH is left as the user has it. */
    static void write(ClusterDirectory directory, Endpoints endpoints, String token) {
        PrivateFile.writeIfChanged(directory.gitCredentials(),
            SCHEME + "admin:" + token + "@" + endpoints.http().substring(SCHEME.length()) + "\n");
        StringBuilder config = new StringBuilder("# For this cluster: git -c include.path=THIS_FILE ...\n");
        config.append("[credential \"").append(endpoints.http()).append("\"]\n");
        config.append("\thelper =\n\thelper = ");
        config.append(value("store --file=" + shellWord(directory.gitCredentials()))).append('\n');
        if (Files.isRegularFile(directory.sshKey())) {
            config.append("[core]\n\tsshCommand = ").append(value(sshCommand(directory))).append('\n');
        }
        PrivateFile.writeIfChanged(directory.gitConfig(), config.toString());
    }

    private static String sshCommand(ClusterDirectory directory) {
        return "ssh -F /dev/null -i " + shellWord(directory.sshKey()) + " -o IdentitiesOnly=yes"
            + " -o StrictHostKeyChecking=yes"
            + " -o " + Shell.quoted("UserKnownHostsFile=\"" + directory.knownHosts() + "\"");
    }

    private static String shellWord(Path path) {
        return Shell.quoted(path.toString());
    }

    /** A value as git reads it from a configuration file. */
    private static String value(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    /** The option that makes one git command use the file. */
    static String option(ClusterDirectory directory) {
        return "-c " + Shell.quoted("include.path=" + directory.gitConfig());
    }
}
