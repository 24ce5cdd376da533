package org.understudy.restore.cli;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** A word that only groups verbs, for example {@code restore}. */
public final class VerbGroup {
    private VerbGroup() {}

    /**
     * @param description one sentence for the list of verbs
     * @param verbs objects with {@code @Command}, in the order in which help shows them
     */
    public static CommandLine of(String name, String description, List<? extends Verb> verbs) {
        CommandSpec spec = CommandSpec.create().name(name);
        spec.usageMessage().description(description);
        CommandLine group = new CommandLine(spec);
        verbs.forEach(group::addSubcommand);
        return group;
    }
}
