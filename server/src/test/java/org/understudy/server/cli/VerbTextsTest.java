package org.understudy.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** What helps, manual pages and completion are made of. */
class VerbTextsTest {
    private record Verb(String name, CommandLine command) {}

    private static List<Verb> verbs() {
        List<Verb> all = new ArrayList<>();
        collect("understudy", Main.program(Surroundings.ofProcess()).model(), all);
        return all;
    }

    private static void collect(String name, CommandLine command, List<Verb> into) {
        into.add(new Verb(name, command));
        command.getSubcommands().forEach((word, sub) -> collect(name + " " + word, sub, into));
    }

    @Test
    void eachVerbCanBeMadeAloneAndIsTheSameThen() {
        Program program = Main.program(Surroundings.ofProcess());
        program.model().getSubcommands().forEach((name, among) -> {
            CommandLine alone = program.model(Optional.of(name));
            assertThat(alone.getSubcommands().keySet()).containsExactly(name);
            List<Verb> expected = new ArrayList<>();
            collect(name, among, expected);
            List<Verb> made = new ArrayList<>();
            collect(name, alone.getSubcommands().get(name), made);
            assertThat(made).hasSameSizeAs(expected);
            for (int i = 0; i < made.size(); i++) {
                assertThat(made.get(i).command().getUsageMessage())
                        .isEqualTo(expected.get(i).command().getUsageMessage());
            }
        });
    }

    @Test
    void everyVerbIsDescribedInSentences() {
        List<Verb> verbs = verbs();
        assertThat(verbs).hasSizeGreaterThan(80);
        for (Verb verb : verbs) {
            String[] lines = verb.command().getCommandSpec().usageMessage().description();
            assertThat(lines).as(verb.name()).isNotEmpty();
            for (String line : lines) {
                assertThat(line).as(verb.name()).doesNotContain("TODO").isEqualTo(line.stripTrailing());
            }
            assertThat(lines[0])
                    .as("the first line of '%s' is what lists and manual pages show", verb.name())
                    .matches("(?s)[A-Z].*\\.");
        }
    }

    @Test
    void everyOptionAndWordIsDescribed() {
        for (Verb verb : verbs()) {
            for (OptionSpec option : verb.command().getCommandSpec().options()) {
                assertThat(String.join(" ", option.description()))
                        .as("%s %s", verb.name(), option.longestName())
                        .matches("(?s)\\S.*");
            }
            for (PositionalParamSpec word : verb.command().getCommandSpec().positionalParameters()) {
                assertThat(String.join(" ", word.description()))
                        .as("%s %s", verb.name(), word.paramLabel())
                        .matches("(?s)\\S.*");
            }
        }
    }

    @Test
    void wordsAreSmallLettersAndHyphens() {
        for (Verb verb : verbs()) {
            assertThat(verb.command().getCommandName()).matches("<main class>|[a-z][a-z-]*");
            verb.command()
                    .getCommandSpec()
                    .options()
                    .forEach(option ->
                            assertThat(option.longestName()).as(verb.name()).matches("--[a-z][a-z0-9-]*|-[a-zA-Z]"));
        }
    }
}
