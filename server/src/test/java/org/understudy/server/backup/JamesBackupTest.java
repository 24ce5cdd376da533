package org.understudy.server.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.mail.Flags;
import org.apache.james.core.Username;
import org.apache.james.mailbox.MailboxManager;
import org.apache.james.mailbox.MailboxSession;
import org.apache.james.mailbox.MessageManager;
import org.apache.james.mailbox.backup.DefaultMailboxBackup;
import org.apache.james.mailbox.backup.ZipMailArchiveRestorer;
import org.apache.james.mailbox.backup.zip.ZipArchivesLoader;
import org.apache.james.mailbox.backup.zip.Zipper;
import org.apache.james.mailbox.inmemory.manager.InMemoryIntegrationResources;
import org.apache.james.mailbox.model.MailboxAnnotation;
import org.apache.james.mailbox.model.MailboxAnnotationKey;
import org.apache.james.mailbox.model.MailboxPath;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.source.BackupSource;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.source.Sources;

/** An account that James's own library backed up comes out as it was. */
final class JamesBackupTest {
    private static final Username ANNA = Username.of("anna");
    private static final Instant ARRIVED = Instant.parse("2024-02-05T10:00:00.123Z");

    @TempDir
    Path folder;

    @Test
    void whatJamesBackedUpComesOut() throws Exception {
        MailboxManager manager = InMemoryIntegrationResources.defaultResources().getMailboxManager();
        MailboxSession session = manager.createSystemSession(ANNA);
        Map<String, Long> validities = new HashMap<>();
        Map<String, String> expected = new HashMap<>();
        for (String name : List.of("INBOX", "Sent.2024", "empty")) {
            MailboxPath path = MailboxPath.forUser(ANNA, name);
            manager.createMailbox(path, session);
            MessageManager mailbox = manager.getMailbox(path, session);
            validities.put(name, mailbox.getMailboxEntity().getUidValidity().asLong());
            for (int i = 1; i <= (name.equals("empty") ? 0 : 5); i++) {
                String mail = "From: joe@example.org\r\nSubject: %d of %s\r\n\r\n%s\r\n"
                        .formatted(i, name, "gr\u00fc\u00dfe ".repeat(i * 40));
                Flags flags = new Flags(i % 2 == 0 ? Flags.Flag.SEEN : Flags.Flag.FLAGGED);
                flags.add("label" + i);
                MessageManager.AppendResult appended = mailbox.appendMessage(
                        MessageManager.AppendCommand.builder()
                                .withFlags(flags)
                                .withInternalDate(Date.from(ARRIVED.plusSeconds(i)))
                                .build(mail.getBytes(StandardCharsets.UTF_8)),
                        session);
                expected.put(
                        name + " " + appended.getId().getUid().asLong(),
                        "%s %s label%d %s".formatted(ARRIVED.plusSeconds(i), i % 2 == 0, i, mail));
            }
        }
        manager.updateAnnotations(
                MailboxPath.forUser(ANNA, "INBOX"),
                session,
                List.of(MailboxAnnotation.newInstance(new MailboxAnnotationKey("/private/comment"), "mine")));
        ByteArrayOutputStream zip = new ByteArrayOutputStream();
        new DefaultMailboxBackup(manager, new Zipper(), new ZipMailArchiveRestorer(manager, new ZipArchivesLoader()))
                .backupAccount(ANNA, zip);
        Path file = Files.write(folder.resolve("anna.zip"), zip.toByteArray());

        Map<String, String> found = new HashMap<>();
        Map<String, Long> foundValidities = new HashMap<>();
        try (BackupSource source = Sources.open(file)) {
            assertThat(source.describe().kind()).isEqualTo("james-zip");
            source.mailboxes()
                    .forEach(info -> foundValidities.put(info.mailbox().name(), info.uidValidity()));
            source.read(0, item -> {
                assertThat(item).isNotInstanceOf(SourceItem.Unreadable.class);
                if (item instanceof SourceItem.Message message) {
                    try (InputStream in = message.content().open()) {
                        found.put(
                                message.mailbox().name() + " " + message.uid(),
                                "%s %s %s %s"
                                        .formatted(
                                                message.internalDate(),
                                                message.flags().has(org.understudy.storage.keyspace.Flags.SEEN),
                                                String.join(",", message.flags().keywords()),
                                                new String(in.readAllBytes(), StandardCharsets.UTF_8)));
                    }
                }
            });
        }
        assertThat(foundValidities).as("and the parents that James makes").containsAllEntriesOf(validities);
        assertThat(found).isEqualTo(expected);
        byte[] cut = Arrays.copyOf(zip.toByteArray(), zip.size() - 100);
        try (BackupSource source = Sources.open(Files.write(folder.resolve("cut.zip"), cut))) {
            Set<String> ids = new java.util.TreeSet<>();
            source.read(0, item -> {
                if (item instanceof SourceItem.Message message) {
                    ids.add(message.mailbox().name() + " " + message.uid());
                }
            });
            assertThat(ids).as("without the archive's directory").isEqualTo(new java.util.TreeSet<>(expected.keySet()));
        }
    }
}
