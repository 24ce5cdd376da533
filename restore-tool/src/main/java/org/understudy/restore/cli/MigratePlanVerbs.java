package org.understudy.restore.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.migrate.AddUsers;
import org.understudy.restore.migrate.ChangePhase;
import org.understudy.restore.migrate.MigrationReport;
import org.understudy.restore.migrate.NewMigration;
import org.understudy.restore.migrate.OldCluster;
import org.understudy.restore.migrate.Phase;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Beginning and planning a migration. */
final class MigratePlanVerbs {
    private MigratePlanVerbs() {}

    private static OperatorException usage(String message, String hint) {
        return new OperatorException(Reason.USAGE, message, hint);
    }

    @Command(
            name = "new",
            description = {
                "Begin a migration: say where users come from.",
                "Nothing on the old side is ever changed. The password stays in its file, which this server must be able to"
                        + " read; the certificate is always checked."
            },
            footer = {
                "",
                "Example: understudy migrate new castle --host old.example.org --master-user admin --password-file"
                        + " /etc/understudy/castle",
                "         understudy migrate new attic --maildirs /srv/vmail"
            })
    static final class New extends OperationVerb<NewMigration.Request, MigrationReport> {
        private static final double MEGA = 1_000_000;

        @Parameters(paramLabel = "NAME", description = "A name for it: small letters, digits and hyphens.")
        private String name;

        @Option(
                names = "--host",
                paramLabel = "HOST",
                description = "The old IMAP server, by the name in its certificate.")
        @Nullable
        private String host;

        @Option(names = "--port", paramLabel = "PORT", description = "Its port. Default: 993, with --starttls 143.")
        private int port;

        @Option(names = "--starttls", description = "TLS after STARTTLS, not from the first octet on.")
        private boolean startTls;

        @Option(
                names = "--plaintext",
                description =
                        "With --starttls: go on where the server has none. Passwords and mail can then be read on the"
                                + " way.")
        private boolean plaintext;

        @Option(
                names = "--ca-file",
                paramLabel = "FILE",
                description = "Trust the certificates of this PEM file, and no others.")
        @Nullable
        private Path authorities;

        @Option(
                names = "--master-user",
                paramLabel = "NAME",
                description = "The administrator who logs in for each user (SASL PLAIN). Without it the password is the"
                        + " users' own.")
        private String master = "";

        @Option(
                names = "--password-file",
                paramLabel = "FILE",
                description = "The file whose first line is the password.")
        @Nullable
        private Path passwordFile;

        @Option(
                names = "--maildirs",
                paramLabel = "FOLDER",
                description = "The users' Maildirs lie there, each under the old login; instead of --host.")
        @Nullable
        private Path maildirs;

        @Option(
                names = "--at-once",
                paramLabel = "N",
                description = "Work on so many users at the same time, up to 16. Default: 2.")
        private int atOnce = 2;

        @Option(names = "--limit", paramLabel = "MB", description = "Fetch at most so many MB a second over all users.")
        private double limit;

        @Option(
                names = "--uidl",
                paramLabel = "FORMAT",
                description =
                        "How the old POP3 makes unique ids, as 'doveconf pop3_uidl_format' says it, so that programs"
                                + " that leave mail on the server do not fetch it again; 'none' if it has no POP3 or another way."
                                + " Default: Dovecot's, %%08Xu%%08Xv.")
        private String uniqueIds = "%08Xu%08Xv";

        New(Frame frame) {
            super(frame, new NewMigration());
        }

        @Override
        protected NewMigration.Request request(Invocation invocation) throws IOException {
            if ((host == null) == (maildirs == null)) {
                throw usage(
                        "where the users come from is not said, or said twice", "Give either --host or --maildirs.");
            }
            if (host != null && passwordFile == null) {
                throw usage(
                        "there is no password for " + host,
                        "Write it into a file that only this server's user can read, and name that by --password-file.");
            }
            Path secret = passwordFile == null ? null : invocation.absolute(passwordFile);
            if (secret != null) {
                checked(invocation, secret);
            }
            return new NewMigration.Request(
                    name,
                    new OldCluster(
                            host == null ? "" : host,
                            port,
                            !startTls,
                            plaintext,
                            authorities == null ? null : invocation.absolute(authorities),
                            master,
                            secret,
                            maildirs == null ? null : invocation.absolute(maildirs),
                            atOnce,
                            Math.round(limit * MEGA),
                            uniqueIds));
        }

        private static void checked(Invocation invocation, Path file) throws IOException {
            if (!Files.isReadable(file)) {
                throw usage(
                        "the password file " + file + " cannot be read",
                        "Name a file with the password as its first line.");
            }
            if (Files.getFileStore(file).supportsFileAttributeView("posix")
                    && Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ)) {
                invocation.console().note("The password file " + file + " can be read by everybody on this machine.");
            }
        }

        @Override
        protected void print(MigrationReport result, PrintStream out) {
            out.print("Migration " + result.board().name() + " from "
                    + result.board().old() + " is begun, without users" + " yet.\n");
            new MigrationText(out).next(result.board());
        }
    }

    @Command(
            name = "add",
            description = {
                "Add users to a migration.",
                "A line of the list is OLD-LOGIN,NEW-USER,HOST-OR-MAILDIR,DOMAIN,WAVE; all but the first may be empty."
            },
            footer = {"", "Example: understudy migrate add castle --users-file wave-1.csv"})
    static final class Add extends OperationVerb<AddUsers.Request, MigrationReport> {
        @Parameters(paramLabel = "NAME", description = MigrateVerbs.NAME)
        private String name;

        @Option(names = "--users-file", paramLabel = "FILE", description = "The list of users.")
        @Nullable
        private Path usersFile;

        @Option(names = "--user", paramLabel = "OLD[=NEW]", description = "A user. May be given again.")
        private List<String> users = new ArrayList<>();

        @Option(names = "--place", paramLabel = "PLACE", description = "With --user: another host, or the Maildir.")
        private String place = "";

        @Option(
                names = "--domain",
                paramLabel = "DOMAIN",
                description = "With --user: the reseller's or white-label domain.")
        private String domain = "";

        @Option(names = "--wave", paramLabel = "N", description = "With --user: the wave, from 1.")
        private int wave = 1;

        Add(Frame frame) {
            super(frame, new AddUsers());
        }

        @Override
        protected AddUsers.Request request(Invocation invocation) throws IOException {
            List<AddUsers.NewUser> all = new ArrayList<>();
            if (usersFile != null) {
                all.addAll(MigrationUsers.read(invocation.absolute(usersFile)));
            }
            users.forEach(one -> all.add(MigrationUsers.one(one, place, domain, wave)));
            if (all.isEmpty()) {
                throw usage("nobody is named", "Give --users-file or --user.");
            }
            return new AddUsers.Request(name, all);
        }

        @Override
        protected void print(MigrationReport result, PrintStream out) {
            out.print(Figures.count(result.selected().size(), "user") + " added; migration "
                    + result.board().name() + " has "
                    + Figures.number(result.board().users()) + ".\n");
            new MigrationText(out).next(result.board());
        }
    }

    /** A phase by the word that commands take. */
    private static Phase phase(String word) {
        return Arrays.stream(Phase.values())
                .filter(one -> one.option().equals(word.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> usage(
                        "there is no phase '" + word + "'",
                        "Phases are "
                                + Arrays.stream(Phase.values())
                                        .map(Phase::option)
                                        .collect(Collectors.joining(", "))
                                + "."));
    }

    private static @Nullable Instant date(@Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            return text.indexOf('T') < 0
                    ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                    : Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw usage("'" + text + "' is no date", "Write 2026-12-01, or 2026-12-01T04:00:00Z.");
        }
    }

    /** One that changes a phase and prints the board. */
    abstract static class OfPhase extends OperationVerb<ChangePhase.Request, MigrationReport> {
        @Parameters(index = "0", paramLabel = "NAME", description = MigrateVerbs.NAME)
        private String name;

        @Parameters(
                index = "1",
                paramLabel = "PHASE",
                description = "metadata, mail, custom-domains, cut-over or decommission.")
        private String phase;

        OfPhase(Frame frame) {
            super(frame, new ChangePhase());
        }

        final ChangePhase.Request request(@Nullable String until, String why, String publicly, boolean done) {
            return new ChangePhase.Request(name, phase(phase), date(until), why, publicly, done);
        }

        @Override
        protected void print(MigrationReport result, PrintStream out) {
            new MigrationText(out).board(result.board());
        }
    }

    @Command(
            name = "phase",
            description = {
                "Plan a phase, or declare one to be done that nothing here can measure.",
                "Metadata, mail and cut-over are measured; custom-domains and decommission are declared."
            },
            footer = {"", "Example: understudy migrate phase castle cut-over --planned 2026-12-01"})
    static final class PhaseVerb extends OfPhase {
        @Option(names = "--planned", paramLabel = "DATE", description = "When it is to be done.")
        @Nullable
        private String planned;

        @Option(names = "--done", description = "It is done.")
        private boolean done;

        PhaseVerb(Frame frame) {
            super(frame);
        }

        @Override
        protected ChangePhase.Request request(Invocation invocation) {
            if (planned == null && !done) {
                throw usage("nothing is said of the phase", "Give --planned DATE or --done.");
            }
            return request(planned, "", "", done);
        }
    }

    @Command(
            name = "delay",
            description = {
                "Say that a phase is delayed, why, and until when.",
                "The reason is for those who run the migration; what --public says stands on the public page."
            },
            footer = {
                "",
                "Example: understudy migrate delay castle cut-over --until 2026-12-08 --why 'disk of mx3 failed' --public"
                        + " 'We replace hardware first.'"
            })
    static final class DelayVerb extends OfPhase {
        @Option(names = "--why", paramLabel = "TEXT", required = true, description = "Why, for colleagues.")
        private String why;

        @Option(names = "--public", paramLabel = "TEXT", description = "Why, for everybody.")
        private String publicly = "";

        @Option(names = "--until", paramLabel = "DATE", description = "The new date; without it there is none yet.")
        @Nullable
        private String until;

        DelayVerb(Frame frame) {
            super(frame);
        }

        @Override
        protected ChangePhase.Request request(Invocation invocation) {
            if (why.isBlank()) {
                throw usage("the reason is empty", "Say in a few words why.");
            }
            return request(until, why, publicly, false);
        }
    }
}
