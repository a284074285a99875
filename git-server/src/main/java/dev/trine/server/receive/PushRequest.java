package dev.trine.server.receive;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a client asks for, before its pack.
 *
 * @param commands     in the client's order
 * @param capabilities those that the client chose, as sent ("atomic", "agent=git/2.39.5")
 * @param shallow      the client's history is cut off somewhere
 * @param token        what the client calls the push, if it gave it a name
 */
record PushRequest(List<Command> commands, Set<String> capabilities, boolean shallow, Optional<PushToken> token) {
    PushRequest {
        commands = List.copyOf(commands);
        capabilities = Set.copyOf(capabilities);
    }

    boolean atomic() {
        return capabilities.contains("atomic");
    }

    boolean quiet() {
        return capabilities.contains("quiet");
    }

    boolean sideBand() {
        return capabilities.contains("side-band-64k");
    }

    boolean wantsReport() {
        return capabilities.contains("report-status") || capabilities.contains("report-status-v2");
    }

    /** A pack follows unless all that is asked for is to delete. */
    boolean bringsPack() {
        return !commands.stream().allMatch(Command::isDelete);
    }
}
