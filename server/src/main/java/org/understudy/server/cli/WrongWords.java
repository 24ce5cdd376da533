package org.understudy.server.cli;

import java.util.ArrayList;
import java.util.List;
import org.understudy.restore.operation.Failure;
import org.understudy.server.config.Spelling;
import org.understudy.storage.Reason;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Explains what is wrong with the words of a command line, and which were probably meant. */
final class WrongWords {
    private WrongWords() {}

    static Failure explain(ParameterException e) {
        CommandLine command = e.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        List<String> verbs = List.copyOf(command.getSubcommands().keySet());
        if (e instanceof UnmatchedArgumentException unmatched
                && !unmatched.getUnmatched().isEmpty()) {
            return unknown(unmatched.getUnmatched().getFirst(), name, verbs, options(command));
        }
        if (!verbs.isEmpty() && String.valueOf(e.getMessage()).startsWith("Missing required subcommand")) {
            return usage(
                    "'" + name + "' needs a verb",
                    "one of " + String.join(", ", verbs) + "; '" + name + " --help' explains them");
        }
        return usage(decapitalised(String.valueOf(e.getMessage())), see(name));
    }

    private static Failure unknown(String word, String name, List<String> verbs, List<String> options) {
        if (word.startsWith("-")) {
            String option = word.split("=", 2)[0];
            return usage(
                    "'" + name + "' has no option " + option,
                    Spelling.nearest(option, options)
                                    .map(near -> "did you mean " + near + "? ")
                                    .orElse("")
                            + see(name));
        }
        if (verbs.isEmpty()) {
            return usage("'" + name + "' does not take the word '" + word + "'", see(name));
        }
        return usage(
                "'" + name + "' has no verb '" + word + "'",
                Spelling.nearest(word, verbs)
                                .map(near -> "did you mean '" + name + " " + near + "'? ")
                                .orElse("")
                        + see(name));
    }

    private static List<String> options(CommandLine command) {
        List<String> names = new ArrayList<>();
        for (OptionSpec option : command.getCommandSpec().options()) {
            names.addAll(List.of(option.names()));
        }
        return names;
    }

    private static Failure usage(String message, String hint) {
        return Failure.of(Reason.USAGE, message, hint);
    }

    private static String see(String name) {
        return "'" + name + " --help' shows how to write it";
    }

    private static String decapitalised(String text) {
        return text.isEmpty() ? text : Character.toLowerCase(text.charAt(0)) + text.substring(1);
    }
}
