package org.understudy.server.cli;

import org.understudy.restore.cli.Frame;
import org.understudy.restore.cli.Invocation;
import org.understudy.restore.cli.Verb;
import org.understudy.storage.MailStore;
import picocli.CommandLine.Command;

/** {@code understudy version}. */
@Command(
        name = "version",
        description = "Print the versions of program, store format and Java.",
        footer = {"", "Example: understudy version --json"})
final class VersionVerb extends Verb {
    private final String version;

    VersionVerb(Frame frame, String version) {
        super(frame);
        this.version = version;
    }

    /** @param storeFormat the store format that this program writes */
    record Versions(String understudy, int storeFormat, String java, String system) {}

    @Override
    protected int run(Invocation invocation) {
        Versions versions = new Versions(
                version,
                MailStore.FORMAT_VERSION,
                System.getProperty("java.vendor") + " " + System.getProperty("java.version"),
                System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        invocation.console().result(versions, out -> {
            out.println("Understudy " + versions.understudy());
            out.println("  store format " + versions.storeFormat());
            out.println("  Java " + versions.java());
            out.println("  " + versions.system());
        });
        return 0;
    }
}
