package dev.trine.inspector.cli;

import dev.trine.common.text.PrintableWriter;
import java.io.PrintWriter;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Gives a tree of commands the manners that all commands share: {@code --help} and {@code --debug} everywhere, usage
 * errors and failures as one sentence on standard error, {@link ExitCode}s, and nothing printed that could do more to a
 * terminal than show a sign.
 */
public final class Cli {
    private static final String DEBUG = "--debug";

    private Cli() {
    }

    /** Sets the tree up; call it when all subcommands are in place, and it is known where they print to. */
    public static CommandLine configure(CommandLine root) {
        CommandSpec spec = root.getCommandSpec();
        spec.addOption(OptionSpec.builder("-h", "--help").usageHelp(true).scopeType(ScopeType.INHERIT)
            .description("Show this help.").build());
        spec.addOption(OptionSpec.builder(DEBUG).type(boolean.class).scopeType(ScopeType.INHERIT)
            .showDefaultValue(Visibility.NEVER).description("Show where in the program a failure arose.").build());
        return root
            .setOut(new PrintWriter(new PrintableWriter(root.getOut()), true))
            .setErr(new PrintWriter(new PrintableWriter(root.getErr()), true))
            .setColorScheme(Help.defaultColorScheme(Help.Ansi.OFF))
            .setParameterExceptionHandler(Cli::usageError)
            .setExecutionExceptionHandler(Cli::failure)
            .setUsageHelpAutoWidth(true)
            .setAbbreviatedOptionsAllowed(false);
    }

    private static int usageError(ParameterException e, String[] args) {
        CommandLine command = e.getCommandLine();
        PrintWriter err = command.getErr();
        String name = command.getCommandSpec().qualifiedName();
        err.println("trine: " + usageSentence(e, command) + " (see '" + name + " --help')");
        err.flush();
        return ExitCode.USAGE.number();
    }

    private static String usageSentence(ParameterException e, CommandLine command) {
        boolean noSuchCommand = e instanceof UnmatchedArgumentException unmatched && !unmatched.isUnknownOption()
            && !command.getSubcommands().isEmpty();
        if (noSuchCommand) {
            return "there is no command '" + ((UnmatchedArgumentException) e).getUnmatched().getFirst()
                + "', there are " + String.join(", ", command.getSubcommands().keySet());
        }
        return asSentencePart(noneOfItsWords(e).map(words -> e.getMessage().replace(e.getCause().getMessage(), words))
            .orElse(e.getMessage()));
    }

    /** What a value was to be one of, where it was; picocli would name each word as Java writes it, too. */
    private static Optional<String> noneOfItsWords(ParameterException e) {
        return Optional.ofNullable(e.getArgSpec()).filter(argument -> e.getCause() instanceof TypeConversionException)
            .map(ArgSpec::completionCandidates)
            .map(words -> "'" + e.getValue() + "' is none of " + String.join(", ", words));
    }

    private static int failure(Exception e, CommandLine command, ParseResult all) {
        PrintWriter err = command.getErr();
        err.println("trine: " + sentence(e));
        if (debugAsked(all)) {
            e.printStackTrace(err);
        }
        err.flush();
        return ExitCode.FAILED.number();
    }

    private static boolean debugAsked(ParseResult result) {
        return result.hasMatchedOption(DEBUG) || result.subcommands().stream().anyMatch(Cli::debugAsked);
    }

    private static String sentence(Exception e) {
        String message = e.getMessage() == null ? e.getClass().getSimpleName() : asSentencePart(e.getMessage());
        return e instanceof CommandFailure ? message : message + " (unexpected; --debug shows where)";
    }

    /** On one line, without a full stop. */
    private static String asSentencePart(String message) {
        String line = message.strip().replaceAll("\\s*\\R\\s*", " ");
        return line.endsWith(".") ? line.substring(0, line.length() - 1) : line;
    }
}
