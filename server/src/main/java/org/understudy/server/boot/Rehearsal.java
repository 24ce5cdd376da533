package org.understudy.server.boot;

import io.netty.channel.local.LocalAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.james.core.Username;
import org.apache.james.mailbox.Authenticator;
import org.apache.james.mailbox.Authorizator;
import org.apache.james.mailbox.exception.MailboxException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.restore.repository.backend.Durable;
import org.understudy.server.imap.ImapEngine;
import org.understudy.server.imap.ImapServer;
import org.understudy.server.imap.ImapSettings;
import org.understudy.server.mailbox.MailboxWiring;
import org.understudy.server.mailbox.Unmeasured;
import org.understudy.server.tls.CertificateDirectory;
import org.understudy.storage.MailStore;
import org.understudy.storage.ThreadEnd;

/**
 * A session of a mail program that the server holds with itself when it has just started, over a store of its own with
 * invented mail: each kind of command once. Java then has the classes of the commands, and the first users need not wait
 * for them.
 *
 * <p>Runs beside the server, touches nothing of users, and leaves nothing behind. That it fails is no fault of the
 * server: it is told in the log, and all works, more slowly at first.
 */
final class Rehearsal implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Rehearsal.class);

    /** In the data folder, while it runs. */
    private static final String FOLDER = "rehearsal";

    /** The users who come at once are served first. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final long CACHE_OCTETS = 8L << 20;
    private static final int MESSAGES = 64;

    private static final String USER = "rehearsal";

    private static final String MESSAGE = String.join(
            "\r\n",
            "Received: from a.example by b.example; Mon, 5 Jan 2026 10:00:00 +0000",
            "From: =?utf-8?Q?Under_St=C3=BCdy?= <understudy@example.org>",
            "To: Lead <lead@example.org>, cast@example.org",
            "Subject: The second act",
            "Date: Mon, 5 Jan 2026 10:00:00 +0000",
            "Message-ID: <act2@example.org>",
            "MIME-Version: 1.0",
            "Content-Type: multipart/alternative; boundary=curtain",
            "",
            "--curtain",
            "Content-Type: text/plain; charset=utf-8",
            "",
            "Every line is known.",
            "--curtain",
            "Content-Type: text/html; charset=utf-8",
            "Content-Transfer-Encoding: quoted-printable",
            "",
            "<p>Every line is=20known.</p>",
            "--curtain--",
            "");

    private static final String APPEND = "APPEND INBOX "
            + String.join(" ", Collections.nCopies(MESSAGES, "{" + MESSAGE.length() + "+}\r\n" + MESSAGE));

    /** What mail programs say when they begin, and then each kind of command once. */
    private static final List<String> ONCE = List.of(
            "CAPABILITY",
            "NAMESPACE",
            "LIST \"\" \"*\"",
            "LIST (SUBSCRIBED) \"\" \"*\" RETURN (SPECIAL-USE STATUS (MESSAGES UNSEEN UIDNEXT))",
            "LSUB \"\" \"*\"",
            "STATUS INBOX (MESSAGES UNSEEN UIDNEXT UIDVALIDITY)",
            "GETQUOTAROOT INBOX",
            "SELECT INBOX",
            "FETCH 1:* (FLAGS)",
            "UID FETCH 1:* (UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE)",
            "UID FETCH 1:64 (BODYSTRUCTURE BODY.PEEK[HEADER.FIELDS (FROM TO SUBJECT DATE REFERENCES)])",
            "UID FETCH 1:64 (BODY.PEEK[])",
            "UID FETCH 1:8 (BODY[1] BODY.PEEK[2.MIME] BODY.PEEK[]<0.64>)",
            "UID SEARCH UNSEEN",
            "UID SEARCH RETURN (ALL) SINCE 1-Jan-2026 SUBJECT act",
            "UID SEARCH TEXT known",
            "UID STORE 1:64 +FLAGS.SILENT (\\Seen)",
            "STORE 2 FLAGS (\\Answered $Forwarded)",
            "UID COPY 1:64 Archive",
            "UID MOVE 1:16 Trash",
            "UID STORE 17:32 +FLAGS (\\Deleted)",
            "EXPUNGE",
            "NOOP",
            "IDLE\r\nDONE",
            "ENABLE QRESYNC",
            "SELECT INBOX (QRESYNC (1 1))",
            "UNSELECT");

    private final Path folder;
    private final CertificateDirectory certificates;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "rehearsal");

    Rehearsal(Path dataFolder, CertificateDirectory certificates) {
        this.folder = dataFolder.resolve(FOLDER);
        this.certificates = certificates;
        thread.setDaemon(true);
    }

    /** Begins beside the caller, after a pause; once. */
    void start() {
        thread.start();
    }

    private void run() {
        try {
            if (ended.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
            long began = System.nanoTime();
            int commands = rehearse();
            LOG.info("{} commands were rehearsed in {} ms", commands, (System.nanoTime() - began) / 1_000_000);
        } catch (IOException | InterruptedException | RuntimeException e) {
            LOG.warn("The rehearsal of commands failed; the server works, and its first answers may take longer", e);
        }
    }

    /**
     * Says each kind of command once.
     *
     * @return how many commands were answered
     * @throws IllegalStateException if one was not answered OK
     */
    int rehearse() throws IOException, InterruptedException {
        Durable.deleteTree(folder);
        try {
            return play();
        } finally {
            Durable.deleteTree(folder);
        }
    }

    private int play() throws InterruptedException {
        String password = UUID.randomUUID().toString();
        try (MailStore store =
                MailStore.open(folder.resolve("store"), new MailStore.Options(CACHE_OCTETS, Clock.systemUTC()))) {
            Authenticator authenticator = (user, given) -> password.contentEquals(given);
            Unmeasured unmeasured = new Unmeasured();
            MailboxWiring mail = new MailboxWiring(
                    store, authenticator, (user, other) -> Authorizator.AuthorizationState.ALLOWED, unmeasured);
            mail.provision(Username.of(USER));
            ImapSettings settings =
                    ImapSettings.defaults(folder.resolve("spool")).withLocalLogins();
            ImapEngine engine = ImapEngine.over(
                    new ImapEngine.Backend(
                            mail.mailboxes(),
                            mail.subscriptions(),
                            mail.quotaManager(),
                            mail.quotaRoots(),
                            mail.eventBus(),
                            unmeasured,
                            store),
                    settings);
            LocalAddress address = new LocalAddress(Rehearsal.class.getSimpleName() + folder);
            try (ImapServer server = new ImapServer(engine, certificates, settings)) {
                server.startWithin(address);
                try (LocalProgram program = new LocalProgram(address, PATIENCE)) {
                    program.say("LOGIN " + USER + " " + password);
                    program.say(APPEND);
                    Iterator<String> commands = ONCE.iterator();
                    while (commands.hasNext() && ended.getCount() > 0) {
                        program.say(commands.next());
                    }
                    program.say("LOGOUT");
                    return program.said();
                }
            }
        } catch (MailboxException e) {
            throw new IllegalStateException("no mailboxes could be made", e);
        }
    }

    /** Breaks it off after the present command, and waits for its end. */
    @Override
    public void close() {
        ended.countDown();
        ThreadEnd.await(thread);
    }
}
