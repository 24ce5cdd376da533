package org.understudy.server.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.understudy.restore.cli.Frame;
import org.understudy.restore.cli.Invocation;
import org.understudy.restore.cli.Verb;
import org.understudy.restore.cli.VerbGroup;
import org.understudy.server.autoconfig.Autoconfig;
import org.understudy.server.autoconfig.AutoconfigFiles;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code understudy autoconfig}. */
final class AutoconfigVerbs {
    private AutoconfigVerbs() {}

    static CommandLine group(Frame frame, Supplier<Session> session) {
        return VerbGroup.of(
                "autoconfig",
                "Tell mail programs where they find their servers.",
                List.of(new WriteVerb(frame, session)));
    }

    @Command(
            name = "write",
            description = {
                "Write the settings of all configured domains as files for a web server.",
                "Each domain gets a folder: for Thunderbird, Outlook, and Apple's Mail."
            },
            footer = {"", "Example: understudy autoconfig write /var/www/autoconfig"})
    static final class WriteVerb extends Verb {
        private final Supplier<Session> session;

        @Parameters(paramLabel = "DIR", description = "Folder to write to; made if missing.")
        private Path folder = Path.of("");

        WriteVerb(Frame frame, Supplier<Session> session) {
            super(frame);
            this.session = session;
        }

        /** What {@code --json} prints. */
        record Written(List<Path> files) {}

        @Override
        protected int run(Invocation invocation) {
            Autoconfig settings = session.get().configuration().autoconfig();
            if (settings.domains().isEmpty()) {
                throw new OperatorException(
                        Reason.CONFIG,
                        "no domain is configured",
                        "Add the section autoconfig to the configuration; conf/understudy.conf shows it.");
            }
            List<Path> files = AutoconfigFiles.write(settings, invocation.absolute(folder));
            invocation.console().result(new Written(files), out -> files.forEach(out::println));
            return 0;
        }
    }
}
