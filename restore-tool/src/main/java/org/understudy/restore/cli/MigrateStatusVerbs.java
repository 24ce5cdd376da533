package org.understudy.restore.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.migrate.Board;
import org.understudy.restore.migrate.MigrationReport;
import org.understudy.restore.migrate.MigrationStatus;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.report.page.MigrationPage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** How a migration stands. */
final class MigrateStatusVerbs {
    private MigrateStatusVerbs() {}

    @Command(
            name = "status",
            description = "Say how far each user of a migration is, and which command is next.",
            footer = {"", "Example: understudy migrate status castle --list"})
    static final class Status extends Verb {
        @Parameters(paramLabel = "NAME", description = MigrateVerbs.NAME)
        private String name;

        @Option(names = "--list", description = "Print each user.")
        private boolean list;

        Status(Frame frame) {
            super(frame);
        }

        @Override
        protected int run(Invocation invocation) throws InterruptedException {
            MigrationReport report = invocation
                    .operations()
                    .run(new MigrationStatus(), new MigrationStatus.Request(name), Progress.SILENT);
            invocation.console().result(report, out -> {
                MigrationText text = new MigrationText(out);
                text.board(report.board());
                text.users(report.members(), list);
                text.next(report.board());
            });
            return 0;
        }
    }

    @Command(
            name = "board",
            description = {
                "Show the phases of a migration: who is where, planned and actual dates, delays and why.",
                "--public leaves out all names: only counts that were measured, dates, and the public words of delays."
            },
            footer = {
                "",
                "Example: understudy migrate board castle --html board.html",
                "         understudy migrate board castle --public --html /var/www/status/index.html"
            })
    static final class BoardVerb extends Verb {
        @Parameters(paramLabel = "NAME", description = MigrateVerbs.NAME)
        private String name;

        @Option(names = "--public", description = "For everybody: no names.")
        private boolean open;

        @Option(names = "--html", paramLabel = "FILE", description = "Write it there as a page for a browser too.")
        @Nullable
        private Path htmlFile;

        BoardVerb(Frame frame) {
            super(frame);
        }

        @Override
        protected int run(Invocation invocation) throws InterruptedException {
            Board all = invocation
                    .operations()
                    .run(new MigrationStatus(), new MigrationStatus.Request(name), Progress.SILENT)
                    .board();
            Board board = open ? all.open() : all;
            if (htmlFile != null) {
                Path page = invocation.absolute(htmlFile);
                MigrationPage.write(board, open, page);
                invocation.console().note("The page was written to " + page);
            }
            invocation.console().result(board, out -> new MigrationText(out).board(board));
            return 0;
        }
    }
}
