package org.understudy.restore.cli;

import java.util.Set;
import java.util.TreeSet;
import org.understudy.restore.migrate.Choice;
import picocli.CommandLine.Option;

/** Which users of a migration a command is about. */
final class ChoiceOptions {
    @Option(
            names = "--user",
            paramLabel = "USER",
            description = "Only this user, by the name here. May be given again.")
    private Set<String> users = new TreeSet<>();

    @Option(names = "--wave", paramLabel = "N", description = "Only users of this wave.")
    private int wave;

    @Option(names = "--list", description = "Print each user.")
    private boolean list;

    Choice choice() {
        return new Choice(users, wave);
    }

    boolean list() {
        return list;
    }
}
