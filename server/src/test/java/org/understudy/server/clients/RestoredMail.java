package org.understudy.server.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.understudy.storage.UidSet;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.ExpungeReason;
import org.understudy.storage.keyspace.MailboxPath;
import org.understudy.storage.keyspace.MailboxRow;

/** An INBOX of anna's with six messages, two of them equal; some are lost, and come back from a Maildir that has all. */
final class RestoredMail {
    static final int MESSAGES = 6;

    private RestoredMail() {}

    /** The octets of a message as they are stored; 2 is equal to 1. */
    static byte[] message(int number) {
        int content = number == 2 ? 1 : number;
        return ("Date: Mon, 27 May 2024 00:00:0" + content + " +0000\r\nFrom: Carla <carla@example.org>\r\n"
                        + "To: anna@example.org\r\nMessage-ID: <restored-" + content + "@example.org>\r\n"
                        + "Subject: number " + content + "\r\n\r\n.A line with a dot.\r\nBody " + content + ".\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** Puts all six into the INBOX. */
    static void fill(ServerUnderClients server) throws Exception {
        try (WireClient client = server.login("anna")) {
            for (int number = 1; number <= MESSAGES; number++) {
                client.await(client.sendAppend("INBOX", "() ", message(number)));
            }
        }
    }

    /** Numbers 1, 4 and 5 vanish, by no wish of their owner. */
    static void lose(ServerUnderClients server) throws Exception {
        MailboxRow inbox =
                server.live().mailboxes().find(MailboxPath.of("anna", "INBOX")).orElseThrow();
        assertThat(server.live()
                        .messages()
                        .expunge(
                                inbox.id(),
                                UidSet.of(List.of(1L, 4L, 5L)),
                                0,
                                ExpungeReason.ADMIN,
                                new Author.Housekeeping("mishap"),
                                gone -> {}))
                .hasSize(3);
        assertThat(server.state("anna", "INBOX").messages()).isEqualTo(MESSAGES - 3);
    }

    /** Merges the backup back. @return the restore's id */
    static String restore(ServerUnderClients server, Path folder) throws Exception {
        Path maildir = folder.resolve("vmail").resolve("anna").resolve("Maildir");
        for (String part : List.of("cur", "new", "tmp")) {
            Files.createDirectories(maildir.resolve(part));
        }
        for (int number = 1; number <= MESSAGES; number++) {
            write(maildir, number);
        }
        String id = server.restore(folder.resolve("vmail"));
        assertThat(server.state("anna", "INBOX").uidNext()).isGreaterThan(MESSAGES + 1);
        return id;
    }

    private static void write(Path maildir, int number) throws IOException {
        byte[] bytes = new String(message(number), StandardCharsets.US_ASCII)
                .replace("\r\n", "\n")
                .getBytes(StandardCharsets.US_ASCII);
        Files.write(maildir.resolve("cur").resolve(number + ".M1,S=" + bytes.length + ":2,S"), bytes);
    }
}
