package dev.trine.deploy.bench;

import java.nio.file.Path;
import java.util.Set;

/** The ssh command line by which git reaches a server on loopback that nobody has met before. */
public final class SshCommand {
    private SshCommand() {
    }

    /**
     * The value for GIT_SSH_COMMAND.
     *
     * @param key        private key to sign in with
     * @param knownHosts file that the host key is written to at the first connection
     * @param options    further options, each as ssh -o takes it
     */
    public static String with(Path key, Path knownHosts, Set<String> options) {
        StringBuilder command = new StringBuilder("ssh -F /dev/null -o IdentitiesOnly=yes -o BatchMode=yes"
            + " -o StrictHostKeyChecking=accept-new -o LogLevel=ERROR");
        options.forEach(option -> command.append(" -o ").append(option));
        return command.append(" -o 'UserKnownHostsFile=").append(knownHosts).append("' -i '").append(key).append("'")
            .toString();
    }
}
