package dev.trine.inspector.admin;

import dev.trine.inspector.cli.Column;
import dev.trine.inspector.cli.Output;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** What all administrators' commands have: which cluster is meant, and in which format to answer. */
final class Session {
    @Option(names = "--cluster", paramLabel = "FILE", defaultValue = Option.NULL_VALUE,
        description = "Cluster file (default: $TRINE_CLUSTER, else .trine/client.yaml).")
    private Optional<Path> cluster = Optional.empty();

    @Mixin
    private Output output = new Output();

    @Spec(Target.MIXEE)
    private CommandSpec command;

    Optional<Path> cluster() {
        return cluster;
    }

    PrintWriter out() {
        return command.commandLine().getOut();
    }

    PrintWriter err() {
        return command.commandLine().getErr();
    }

    <T> void list(List<T> items, List<Column<T>> columns) {
        output.list(out(), items, columns);
    }

    /** Answers with one thing: a sentence for people, or JSON. */
    void done(Object item, String sentence) {
        output.one(out(), item, () -> out().println(sentence));
    }

    /** Answers with one thing that needs more than a sentence. */
    void show(Object item, Runnable forPeople) {
        output.one(out(), item, forPeople);
    }
}
