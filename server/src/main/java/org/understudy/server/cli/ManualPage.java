package org.understudy.server.cli;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** One page of the manual, in the language of man(7). */
final class ManualPage {
    private final CommandLine command;
    private final List<CommandLine> above;
    private final String version;

    /** @param above from the root down to the command's own group */
    ManualPage(CommandLine command, List<CommandLine> above, String version) {
        this.command = command;
        this.above = List.copyOf(above);
        this.version = version;
    }

    /** {@code understudy-restore-stage}. */
    String name() {
        return words("-");
    }

    private String words(String between) {
        return Stream.concat(above.stream(), Stream.of(command))
                .map(CommandLine::getCommandName)
                .collect(Collectors.joining(between));
    }

    String text() {
        CommandSpec spec = command.getCommandSpec();
        UsageMessageSpec usage = spec.usageMessage();
        StringBuilder text = new StringBuilder();
        text.append(".TH \"")
                .append(name().toUpperCase(Locale.ROOT))
                .append("\" 1 \"\" \"Understudy ")
                .append(escaped(version))
                .append("\" \"Understudy\"\n");
        List<String> description = lines(usage.description());
        text.append(".SH NAME\n").append(escaped(name())).append(" \\- ");
        text.append(escaped(description.isEmpty() ? "part of understudy" : shortened(description.get(0))))
                .append('\n');
        text.append(".SH SYNOPSIS\n.nf\n");
        String synopsis = usage.customSynopsis().length > 0
                ? String.join("\n", usage.customSynopsis())
                : command.getHelp().synopsis(0).strip();
        text.append(guarded(synopsis)).append("\n.fi\n");
        paragraphs(text, ".SH DESCRIPTION\n", description);
        section(text, ".SH ARGUMENTS\n", spec.positionalParameters().stream().filter(one -> !one.hidden()));
        section(text, ".SH OPTIONS\n", spec.options().stream().filter(one -> !one.hidden()));
        if (!command.getSubcommands().isEmpty()) {
            text.append(".SH VERBS\n");
            command.getSubcommands().forEach((name, below) -> {
                text.append(".TP\n.B ").append(guarded(words(" ") + " " + name)).append('\n');
                List<String> said = lines(below.getCommandSpec().usageMessage().description());
                text.append(guarded(said.isEmpty() ? name : said.get(0))).append('\n');
            });
        }
        footer(text, usage);
        text.append(".SH SEE ALSO\n");
        Stream<String> others = Stream.concat(
                above.stream().limit(1).map(CommandLine::getCommandName),
                command.getSubcommands().keySet().stream().map(one -> name() + "-" + one));
        text.append(guarded(others.map(one -> one + "(1)").collect(Collectors.joining(", "))))
                .append('\n');
        return text.toString();
    }

    private void footer(StringBuilder text, UsageMessageSpec usage) {
        List<String> lines = List.of(usage.footer());
        int example = 0;
        while (example < lines.size() && !lines.get(example).startsWith("Example:")) {
            example++;
        }
        if (above.isEmpty()) {
            verbatim(text, ".SH EXIT CODES\n", lines.subList(0, example));
        }
        verbatim(
                text,
                ".SH EXAMPLES\n",
                lines.subList(example, lines.size()).stream()
                        .map(line -> line.startsWith("Example:") ? line.substring("Example:".length()) : line)
                        .map(String::strip)
                        .toList());
    }

    private static void verbatim(StringBuilder text, String heading, List<String> lines) {
        if (lines.stream().allMatch(String::isBlank)) {
            return;
        }
        text.append(heading).append(".nf\n");
        lines.forEach(line -> text.append(guarded(line)).append('\n'));
        text.append(".fi\n");
    }

    private static void paragraphs(StringBuilder text, String heading, List<String> lines) {
        if (lines.isEmpty()) {
            return;
        }
        text.append(heading);
        text.append(lines.stream()
                .filter(line -> !line.isBlank())
                .map(line -> guarded(line) + "\n")
                .collect(Collectors.joining(".PP\n")));
    }

    private static void section(StringBuilder text, String heading, Stream<? extends ArgSpec> arguments) {
        String all = arguments.map(ManualPage::entry).collect(Collectors.joining());
        if (!all.isEmpty()) {
            text.append(heading).append(all);
        }
    }

    private static String entry(ArgSpec argument) {
        String label;
        if (argument instanceof OptionSpec option) {
            String value = option.arity().max() == 0 ? "" : "=" + option.paramLabel();
            label = String.join(", ", option.names()) + value;
        } else if (argument instanceof PositionalParamSpec word) {
            label = word.paramLabel();
        } else {
            throw new IllegalStateException("neither an option nor a word: " + argument);
        }
        return ".TP\n.B " + guarded(label) + "\n" + guarded(String.join(" ", lines(argument.description()))) + "\n";
    }

    private static List<String> lines(String[] description) {
        return Stream.of(description)
                .map(line -> line.replace("%n", " ").replace("%%", "%"))
                .toList();
    }

    private static String shortened(String sentence) {
        String line = sentence.strip();
        return line.endsWith(".") ? line.substring(0, line.length() - 1) : line;
    }

    /** A dot or an apostrophe at the beginning of a line would be a request. */
    private static String guarded(String text) {
        return escaped(text)
                .lines()
                .map(line -> line.startsWith(".") || line.startsWith("'") ? "\\&" + line : line)
                .collect(Collectors.joining("\n"));
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\e").replace("-", "\\-");
    }
}
