package org.understudy.restore.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.source.imap.AccountFetch;
import org.understudy.restore.source.imap.ImapAddress;
import org.understudy.restore.source.imap.ImapLogin;
import org.understudy.restore.source.imap.ImapSettings;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import picocli.CommandLine.Option;

/**
 * How to log in to an IMAP account that is named as a source, and where to keep what is fetched. Fetching is done here, so
 * that no password leaves this process; what reads the source is given the fetched run's file.
 */
final class AccountOptions {
    private static final double MEGA = 1_000_000;

    @Option(
            names = "--password-file",
            paramLabel = "FILE",
            description = "For imaps://: the file whose first line is the account's password. Without it,"
                    + " --password-env and --password-stdin, it is asked for unseen.")
    @Nullable
    private Path passwordFile;

    @Option(
            names = "--password-env",
            paramLabel = "NAME",
            description = "For imaps://: the environment variable that holds the password.")
    @Nullable
    private String passwordVariable;

    @Option(
            names = "--password-stdin",
            description = "For imaps://: read the password from standard input, as one line.")
    private boolean passwordStdin;

    @Option(
            names = "--token",
            description = "For imaps://: what is given as password is an OAuth 2.0 access token (XOAUTH2).")
    private boolean token;

    @Option(
            names = "--master-user",
            paramLabel = "NAME",
            description = "For imaps://: log in as this administrator for the user (SASL PLAIN); the password is his.")
    @Nullable
    private String masterUser;

    @Option(
            names = "--ca-file",
            paramLabel = "FILE",
            description = "For imaps://: trust the certificates of this PEM file, and no others.")
    @Nullable
    private Path authorities;

    @Option(
            names = "--plaintext",
            description =
                    "For imap://: go on without TLS where the server has no STARTTLS. Password and mail can then be"
                            + " read on the way.")
    private boolean plaintext;

    @Option(
            names = "--fetch-limit",
            paramLabel = "MB",
            description = "For imaps://: fetch at most so many MB a second. Default: no limit.")
    @Nullable
    private Double fetchLimit;

    @Option(
            names = "--spool",
            paramLabel = "FOLDER",
            description = "For imaps://: where fetched mail is kept, so that the next time only what is new is fetched."
                    + " Default: spools/USER@HOST in the data folder.")
    @Nullable
    private Path spool;

    /** Fetches the account if {@code source} names one; the path to read then, else {@code source} itself. */
    String fetched(Invocation invocation, String source) throws IOException, InterruptedException {
        if (!ImapAddress.isOne(source)) {
            return source;
        }
        ImapAddress address = ImapAddress.parse(source);
        Path folder = spool == null
                ? invocation.dataFolder().resolve("spools").resolve(folderName(address))
                : invocation.absolute(spool);
        ImapLogin login = new ImapLogin(masterUser == null ? "" : masterUser, secret(invocation, address), token);
        ImapSettings settings = ImapSettings.STANDARD
                .trusting(authorities == null ? null : invocation.absolute(authorities))
                .allowingPlaintext(plaintext)
                .limited(rate());
        Path run;
        try (ShownProgress progress = invocation.console().progress()) {
            run = AccountFetch.run(address, login, settings, folder, invocation.clock(), progress);
        }
        if (spool == null) {
            own(invocation.dataFolder(), folder);
        }
        invocation.console().note("Fetched " + address + " into " + run + ", which can be named as a source as well.");
        return run.toString();
    }

    private long rate() {
        if (fetchLimit == null) {
            return 0;
        }
        if (fetchLimit <= 0) {
            throw new OperatorException(
                    Reason.USAGE, "--fetch-limit must be more than 0, not " + fetchLimit, "Leave it out for no limit.");
        }
        return Math.max(1, Math.round(fetchLimit * MEGA));
    }

    private static String folderName(ImapAddress address) {
        String text = address.toString();
        String name = text.substring(text.indexOf("//") + 2, text.length() - 1);
        return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9@._-]", "_");
    }

    private String secret(Invocation invocation, ImapAddress address) throws IOException {
        long given = Stream.of(passwordFile != null, passwordVariable != null, passwordStdin)
                .filter(each -> each)
                .count();
        if (given > 1) {
            throw new OperatorException(
                    Reason.USAGE,
                    "more than one of --password-file, --password-env and --password-stdin is given",
                    "Give one of them.");
        }
        if (passwordFile != null) {
            return fromFile(invocation, invocation.absolute(passwordFile));
        }
        if (passwordVariable != null) {
            String value = System.getenv(passwordVariable);
            if (value == null || value.isEmpty()) {
                throw new OperatorException(
                        Reason.USAGE,
                        "there is no environment variable " + passwordVariable + ", or it is empty",
                        "Set it for this command, or use --password-file.");
            }
            return value;
        }
        String account = (masterUser == null ? address.user() : masterUser) + " at " + address.host();
        char[] typed = invocation.approver().password(account, passwordStdin);
        if (typed.length == 0) {
            throw new OperatorException(
                    Reason.USAGE, "the password of " + account + " is empty", "Give it again, or use --password-file.");
        }
        String secret = new String(typed);
        Arrays.fill(typed, '\0');
        return secret;
    }

    private static String fromFile(Invocation invocation, Path file) throws IOException {
        String text;
        try {
            text = Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new OperatorException(
                    Reason.USAGE,
                    "the password file " + file + " cannot be read: " + e.getMessage(),
                    "Name a file with the password as its first line.",
                    e);
        }
        String first = text.lines().findFirst().orElse("");
        if (first.isEmpty()) {
            throw new OperatorException(
                    Reason.USAGE,
                    "the password file " + file + " has an empty first line",
                    "Write the password into its first line.");
        }
        if (Files.getFileStore(file).supportsFileAttributeView("posix")
                && Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ)) {
            invocation.console().note("The password file " + file + " can be read by everybody on this machine.");
        }
        return first;
    }

    /** The server reads the spool as its own user, who owns the data folder. */
    private static void own(Path dataFolder, Path folder) throws IOException {
        UserPrincipal owner = Files.getOwner(dataFolder);
        Path spools = folder.getParent();
        if (spools == null || Files.getOwner(folder).equals(owner)) {
            return;
        }
        Files.setOwner(spools, owner);
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : (Iterable<Path>) all::iterator) {
                Files.setOwner(each, owner);
            }
        }
    }
}
