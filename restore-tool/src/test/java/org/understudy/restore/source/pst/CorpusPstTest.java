package org.understudy.restore.source.pst;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.apache.james.mime4j.dom.Entity;
import org.apache.james.mime4j.dom.Message;
import org.apache.james.mime4j.dom.Multipart;
import org.apache.james.mime4j.dom.SingleBody;
import org.apache.james.mime4j.message.DefaultMessageBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.source.BackupSource;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.source.Sources;
import org.understudy.restore.source.Witness;
import org.understudy.restore.validate.Corpus;
import org.understudy.restore.validate.Validator;
import org.understudy.restore.validate.Verdict;

/** Real Outlook data files against what readpst finds in them, where a corpus lies beside the project. */
final class CorpusPstTest {
    @TempDir
    Path folder;

    @Test
    void findsTheMessagesAndAttachmentsThatReadpstFinds() throws Exception {
        unpack();
        for (JsonNode expected : new ObjectMapper()
                .readTree(folder.resolve("expected-readpst.json").toFile())) {
            String name = expected.get("file").asText();
            Map<String, String> found = new TreeMap<>();
            try (BackupSource source = Sources.open(folder.resolve(name))) {
                source.read(0, item -> {
                    assertThat(item).as("nothing is damaged").isNotInstanceOf(SourceItem.Unreadable.class);
                    if (item instanceof SourceItem.Message message) {
                        assertThat(message.witnesses())
                                .singleElement()
                                .isEqualTo(new Witness.Rebuilt("an Outlook data file", List.of(), List.of()));
                        describe(message).forEach(found::put);
                    }
                });
            }
            assertThat(found).as(name).isEqualTo(expected(expected));
            assertThat(found).hasSize(expected.get("emails").asInt());
        }
    }

    @Test
    void callsNoneProvenAndNoneDamaged() throws Exception {
        unpack();
        Validator validator = Validator.standard();
        Map<Verdict, Integer> verdicts = new TreeMap<>();
        try (BackupSource source = Sources.open(folder)) {
            assertThat(source.mailboxes().stream()
                            .map(info -> info.mailbox().user())
                            .distinct())
                    .containsExactly("dist-list", "enron", "passworded", "pstextractortestpdf@outlook.com");
            source.read(0, item -> {
                if (item instanceof SourceItem.Message message) {
                    verdicts.merge(validator.validate(message).verdict(), 1, Integer::sum);
                }
            });
        }
        assertThat(verdicts).doesNotContainKeys(Verdict.PROVEN, Verdict.DAMAGED);
        assertThat(verdicts.get(Verdict.CONSISTENT)).isGreaterThanOrEqualTo(72);
    }

    /** Message-ID and subject, to mailbox and attachments by digest. */
    private static Map<String, String> expected(JsonNode file) {
        Map<String, String> expected = new TreeMap<>();
        file.get("folders").properties().forEach(mailbox -> {
            String path = mailbox.getKey();
            String below =
                    path.substring(path.indexOf('/') + 1).replace('.', '_').replace('/', '.');
            for (JsonNode message : mailbox.getValue()) {
                List<String> attachments = new ArrayList<>();
                for (JsonNode attachment : message.get("attachments")) {
                    if (!attachment.get("name").asText().equals("rtf-body.rtf")) {
                        attachments.add(attachment.get("size").asLong() + " "
                                + attachment.get("sha256").asText());
                    }
                }
                Collections.sort(attachments);
                expected.put(
                        message.get("message_id").asText(), (below.equals("Inbox") ? "INBOX" : below) + attachments);
            }
        });
        return expected;
    }

    private static Map<String, String> describe(SourceItem.Message message) throws IOException {
        try (InputStream in = message.content().open()) {
            Message mime = new DefaultMessageBuilder().parseMessage(in);
            List<String> attachments = new ArrayList<>();
            collect(mime, attachments);
            Collections.sort(attachments);
            return Map.of(mime.getMessageId(), message.mailbox().name() + attachments);
        }
    }

    private static void collect(Entity entity, List<String> to) throws IOException {
        if (entity.getBody() instanceof Multipart multipart) {
            for (Entity part : multipart.getBodyParts()) {
                collect(part, to);
            }
        } else if (entity.getDispositionType() != null
                && !"rtf-body.rtf".equals(entity.getFilename())
                && entity.getBody() instanceof SingleBody body) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (InputStream in = body.getInputStream()) {
                in.transferTo(bytes);
            }
            to.add(bytes.size() + " " + sha256(bytes.toByteArray()));
        }
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private void unpack() throws IOException {
        Path packed = Corpus.find().directory().resolve("pst.zip");
        assumeTrue(Files.exists(packed), "no corpus beside the project: " + packed);
        try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(packed))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                Files.copy(zip, folder.resolve(entry.getName()));
            }
        }
    }
}
