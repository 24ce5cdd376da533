package org.understudy.server.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The root of the command line; its options may stand before or after the verb. */
@Command(
        name = "understudy",
        description = {
            "The mail server that can prove a restore before it performs it.",
            "",
            "Verbs that work on the live store ask the running server to do the work, and open the store themselves if"
                    + " no server answers."
        },
        synopsisHeading = "Usage: ",
        customSynopsis = "understudy [--config=FILE] [--data=DIR] [--json] VERB [ARGUMENTS]",
        commandListHeading = "%nVerbs ('understudy VERB --help' explains one):%n",
        optionListHeading = "%nOptions of every verb:%n",
        footerHeading = "%nExit codes:%n",
        footer = {
            "   0  done",
            "   2  the command line is wrong",
            "   3  done, and something is not sound: see the report",
            "   4  the configuration has a fault",
            "   5  the store must not be opened as it is",
            "   6  somebody else holds the store, the repository or a port",
            "   7  a source cannot be read, or is none",
            "   8  a repository or snapshot cannot be used",
            "   9  what was named does not exist",
            "  10  it contradicts what is there",
            "  11  no space is left on a disk",
            "  12  the operating system denies access",
            "  13  the server does not answer",
            "  14  a password, token or role was refused",
            "  15  a device failed to read or write",
            "  16  done, and mail is missing: see the report",
            "  17  done, and not proven: see the proof",
            "  70  a fault in Understudy itself; it says where the details are",
            " 130  interrupted; the same command goes on where it stopped",
            "",
            "Example: understudy user add anna"
        })
final class GlobalOptions {
    @Option(
            names = "--config",
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            description = "Configuration file. Default: UNDERSTUDY_CONFIG if set, else embedded defaults.")
    @Nullable
    Path config;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            scope = ScopeType.INHERIT,
            description = "Data folder, instead of the configured one. Embedded default: ./data.")
    @Nullable
    Path data;

    @Option(
            names = "--json",
            scope = ScopeType.INHERIT,
            description = "Print the result as one JSON document; progress as JSON lines on standard error.")
    boolean json;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Explain the verb, and do nothing.")
    boolean help;
}
