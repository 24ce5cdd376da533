package org.understudy.server.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.understudy.restore.operation.FailedElsewhereException;
import org.understudy.restore.operation.Failure;

/** Keeps the stack trace of a fault of the program in a file, for a report. */
final class FaultFile {
    private FaultFile() {}

    /**
     * Writes a new file in the folder for temporary files, readable by its owner only. A fault of the server's is not
     * written: the server's log has it.
     *
     * @return the failure with a hint that says where the details are
     */
    static Failure keep(Throwable fault, Failure failure, Surroundings surroundings, String... arguments) {
        if (fault instanceof FailedElsewhereException) {
            return failure;
        }
        StringWriter text = new StringWriter();
        try (PrintWriter out = new PrintWriter(text)) {
            out.println("Understudy " + surroundings.version() + ", Java " + System.getProperty("java.version") + ", "
                    + System.getProperty("os.name") + " " + System.getProperty("os.arch") + ", "
                    + surroundings.clock().instant());
            out.println("understudy " + String.join(" ", arguments));
            fault.printStackTrace(out);
        }
        String hint;
        try {
            Path file = Files.createTempFile("understudy-fault-", ".txt");
            Files.writeString(file, text.toString());
            hint = "the stack trace is in " + file + "; please report it";
        } catch (IOException e) {
            hint = "please report this stack trace, which could not be kept in a file (" + e.getMessage() + "):\n"
                    + text;
        }
        return new Failure(failure.reason(), failure.message(), hint, failure.exitCode());
    }
}
