package org.understudy.server.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.AutoComplete;
import picocli.CommandLine;

/**
 * Writes what packages bring beside the program, from the same descriptions that {@code --help} shows: a page of the manual
 * for each verb, in {@code man1}, and completion for bash, in {@code understudy}.
 */
final class Manual {
    private Manual() {}

    /** @param arguments the folder to write into */
    public static void main(String[] arguments) throws IOException {
        Surroundings surroundings = Surroundings.ofProcess();
        write(Main.program(surroundings).model(), surroundings.version(), Path.of(arguments[0]));
    }

    static void write(CommandLine root, String version, Path folder) throws IOException {
        Path pages = Files.createDirectories(folder.resolve("man1"));
        write(root, List.of(), version, pages);
        Files.writeString(folder.resolve("understudy"), AutoComplete.bash("understudy", root));
    }

    private static void write(CommandLine command, List<CommandLine> above, String version, Path pages)
            throws IOException {
        ManualPage page = new ManualPage(command, above, version);
        Files.writeString(pages.resolve(page.name() + ".1"), page.text());
        List<CommandLine> path = new ArrayList<>(above);
        path.add(command);
        for (CommandLine below : command.getSubcommands().values()) {
            write(below, path, version, pages);
        }
    }
}
