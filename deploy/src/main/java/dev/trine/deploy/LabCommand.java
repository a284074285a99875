package dev.trine.deploy;

import picocli.CommandLine.Command;

/** {@code trine lab}: breaks the system on purpose, in simulation and for real. */
@Command(name = "lab", description = "Break the system on purpose, and prove that nothing acknowledged is lost.")
final class LabCommand {
}
