package org.understudy.restore.source.zimbra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.source.BackupSource;
import org.understudy.restore.source.BackupSourceContract;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.source.SourceOptions;
import org.understudy.restore.source.Sources;
import org.understudy.restore.validate.Finding;
import org.understudy.restore.validate.Validation;
import org.understudy.restore.validate.Validator;
import org.understudy.restore.validate.Verdict;
import org.understudy.storage.keyspace.Flags;

final class ZimbraSourceTest {
    @TempDir
    Path folder;

    @Test
    void readsAnArchiveAsZimbraWritesIt() throws Exception {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("Inbox.meta", meta(1, "/Inbox", "", Map.of("id", 2, "folder_id", 1)));
        message(entries, "Inbox/0000000257-Hello", "/Inbox/Hello", "Hello", Map.of("unread", 1, "imap_id", 257));
        message(
                entries,
                "Inbox!1/0000000900-More",
                "/Inbox/More",
                "More",
                Map.of("FlagStr", "frw", "TagNames", "work:a\\:b c", "imap_id", 900));
        message(entries, "Work_Old/0000000300-Plan", "/Work:Old/Plan", "Plan", Map.of("imap_id", 300));
        entries.put("Contacts/Doe, Joe.meta", meta(6, "/Contacts/Doe, Joe", "", Map.of()));
        entries.put("Calendar/Party.appt.meta", meta(11, "/Calendar/Party", "", Map.of()));
        entries.put("Calendar/Party.appt", "octets".getBytes(StandardCharsets.US_ASCII));
        Path archive = Files.write(folder.resolve("anna@example.org.tgz"), tgz(entries));
        try (BackupSource source = open(archive)) {
            assertThat(source.describe().kind()).isEqualTo("zimbra");
            List<SourceItem.Message> messages = messages(source);
            assertThat(messages)
                    .extracting(message ->
                            message.mailbox().user() + " " + message.mailbox().name() + " " + message.uid())
                    .containsExactlyInAnyOrder(
                            "anna@example.org INBOX 257",
                            "anna@example.org INBOX 900",
                            "anna@example.org Work:Old 300");
            for (SourceItem.Message message : messages) {
                assertThat(message.internalDate()).isEqualTo(Instant.ofEpochSecond(1_700_000_000));
                Validation validation = Validator.standard().validate(message);
                assertThat(validation.verdict()).isEqualTo(Verdict.CONSISTENT);
                assertThat(validation.findings())
                        .anyMatch(finding -> finding.check().equals("index-digest")
                                && finding.strength() == Finding.Strength.SUPPORT);
            }
            assertThat(messages)
                    .filteredOn(message -> message.uid() == 257)
                    .extracting(SourceItem.Message::flags)
                    .containsExactly(Flags.NONE);
            assertThat(messages)
                    .filteredOn(message -> message.uid() == 900)
                    .extracting(SourceItem.Message::flags)
                    .containsExactly(Flags.of(
                            Flags.SEEN | Flags.FLAGGED | Flags.ANSWERED, Set.of("$Forwarded", "work", "a:b_c")));
        }
    }

    @Test
    void aChangedMessageContradictsItsDigest() throws Exception {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        message(entries, "Inbox/1-x", "/Inbox/x", "same length", Map.of());
        entries.put("Inbox/1-x.eml", mail("Same length"));
        lay(folder.resolve("anna"), entries);
        try (BackupSource source = open(folder.resolve("anna"))) {
            assertThat(Validator.standard().validate(messages(source).get(0)).verdict())
                    .isEqualTo(Verdict.DAMAGED);
        }
    }

    @Test
    void tellsOfWhatZimbraDidNotHaveAndOfWhatIsMissing() throws Exception {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        message(entries, "Inbox/1-filled", "/Inbox/filled", "filled", Map.of());
        entries.put("Inbox/1-filled.eml.err", new byte[0]);
        entries.put("Inbox/2-gone.eml.meta", meta(5, "/Inbox/gone", "", Map.of()));
        entries.put("Inbox/3-alone.eml", mail("alone"));
        message(entries, "Inbox/4-garbled", "/Inbox/garbled", "garbled", Map.of());
        entries.put("Inbox/4-garbled.eml.meta", "{\"id\": 4, ".getBytes(StandardCharsets.US_ASCII));
        lay(folder.resolve("anna"), entries);
        try (BackupSource source = open(folder.resolve("anna"))) {
            assertThat(BackupSourceContract.all(source, 0))
                    .filteredOn(SourceItem.Unreadable.class::isInstance)
                    .extracting(item -> item.ref().path())
                    .containsExactly("Inbox/1-filled.eml", "Inbox/2-gone.eml.meta");
            assertThat(messages(source))
                    .extracting(message -> message.ref().path())
                    .containsExactly("Inbox/3-alone.eml", "Inbox/4-garbled.eml");
        }
    }

    static final class Contract implements BackupSourceContract {
        @TempDir
        Path folder;

        @Override
        public Input layOut() throws Exception {
            Path root = folder.resolve("mailboxes");
            Map<String, byte[]> anna = new LinkedHashMap<>();
            message(anna, "Inbox/1-a", "/Inbox/a", "a", Map.of("imap_id", 1));
            anna.put("Inbox/2-b.eml.meta", meta(5, "/Inbox/b", "", Map.of()));
            anna.put("Inbox/2-b.eml", new byte[0]);
            message(anna, "Inbox/3-c", "/Inbox/c", "c", Map.of("imap_id", 1));
            anna.put("Notes/x.note.meta", meta(9, "/Notes/x", "", Map.of()));
            Map<String, byte[]> bob = new LinkedHashMap<>();
            message(bob, "Sent/1-a", "/Sent/a", "bob's", Map.of());
            lay(root.resolve("anna"), anna);
            lay(root.resolve("bob"), bob);
            Set<String> paths = new TreeSet<>();
            anna.keySet().forEach(name -> paths.add("anna/" + name));
            bob.keySet().forEach(name -> paths.add("bob/" + name));
            return new Input(root, paths);
        }

        @Override
        public BackupSource open(Path root) {
            return Sources.open(root);
        }
    }

    private static void message(Map<String, byte[]> to, String name, String path, String text, Map<String, Object> more)
            throws Exception {
        byte[] octets = mail(text);
        String digest = Base64.getEncoder()
                .encodeToString(MessageDigest.getInstance("SHA-256").digest(octets))
                .replace('/', ',');
        Map<String, Object> all = new LinkedHashMap<>(more);
        all.put("size", octets.length);
        to.put(name + ".eml.meta", meta(5, path, digest, all));
        to.put(name + ".eml", octets);
    }

    private static byte[] meta(int type, String path, String digest, Map<String, Object> more) throws IOException {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", 257);
        json.put("type", type);
        json.put("date", 1_700_000_000);
        json.put("unread", 0);
        json.put("flags", 0);
        json.put("Path", path);
        json.put("Ver", 9);
        json.put("blob_digest", digest);
        json.putAll(more);
        return new ObjectMapper().writeValueAsBytes(json);
    }

    private static byte[] mail(String text) {
        return ("From: a@example.org\r\nDate: Mon, 5 Feb 2024 10:00:00 +0000\r\nSubject: x\r\n\r\n" + text + "\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static void lay(Path root, Map<String, byte[]> files) throws IOException {
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Path path = root.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.write(path, file.getValue());
        }
    }

    private static byte[] tgz(Map<String, byte[]> entries) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(bytes))) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                TarArchiveEntry header = new TarArchiveEntry(entry.getKey());
                header.setSize(entry.getValue().length);
                tar.putArchiveEntry(header);
                tar.write(entry.getValue());
                tar.closeArchiveEntry();
            }
        }
        return bytes.toByteArray();
    }

    private static List<SourceItem.Message> messages(BackupSource source) throws IOException {
        List<SourceItem.Message> messages = new ArrayList<>();
        source.read(0, item -> {
            if (item instanceof SourceItem.Message message) {
                messages.add(message);
            }
        });
        return messages;
    }

    private BackupSource open(Path place) {
        return Sources.open(place, new SourceOptions(Map.of(), Set.of(), folder.resolve("scratch")));
    }
}
