package org.understudy.server.cli;

import java.io.Console;
import java.util.Optional;

/** Asks a person for a line without showing it. */
public interface PasswordPrompt {
    /** What was typed, to be wiped by the caller; empty if nobody can be asked unseen. The question is shown before. */
    Optional<char[]> read();

    /** To be used where standard input and output are terminals. */
    @SuppressWarnings("SystemConsoleNull") // Java 21 still says null where there is none
    static PasswordPrompt ofProcess() {
        return () -> {
            Console console = System.console();
            return console == null ? Optional.empty() : Optional.ofNullable(console.readPassword());
        };
    }
}
