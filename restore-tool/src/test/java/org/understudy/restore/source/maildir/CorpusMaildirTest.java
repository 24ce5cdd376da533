package org.understudy.restore.source.maildir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.understudy.restore.source.BackupSource;
import org.understudy.restore.source.BackupSourceContract;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.source.Sources;
import org.understudy.restore.source.Witness;

/** Real Maildirs, where a corpus lies beside the project. */
final class CorpusMaildirTest {
    private static final Path CORPUS = Path.of(java.util.Objects.requireNonNullElse(
            System.getenv("UNDERSTUDY_CORPUS"), System.getProperty("understudy.root", "..") + "/../shared/corpus"));

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"maildir-enron-users, 3616, 29", "maildir-list-subscribers, 1981, 2"})
    void everyMessageOfTheArchiveComesOutByteForByte(String archive, int messages, int users) throws Exception {
        Path packed = CORPUS.resolve(archive + ".tar.gz");
        assumeTrue(Files.exists(packed), "no corpus beside the project: " + packed);
        unpack(packed);

        Map<String, String> found = new TreeMap<>();
        List<SourceItem> unreadable = new ArrayList<>();
        List<SourceItem> unexpected = new ArrayList<>();
        long[] items = new long[1];
        try (BackupSource source = Sources.open(folder)) {
            assertThat(source.mailboxes().stream()
                            .map(info -> info.mailbox().user())
                            .distinct())
                    .hasSize(users);
            source.read(0, item -> {
                items[0]++;
                switch (item) {
                    case SourceItem.Message message -> {
                        found.put(message.ref().path(), BackupSourceContract.sha256(message));
                        if (!sizeAgrees(message)) {
                            unexpected.add(item);
                        }
                    }
                    case SourceItem.Unreadable u -> unreadable.add(u);
                    case SourceItem.Duplicate copy -> throw new AssertionError(copy);
                    case SourceItem.Ignored ignored -> {
                        if (ignored.why().contains("it names")
                                || ignored.why().contains("cannot be read")
                                || ignored.why().contains("could not")) {
                            unexpected.add(ignored);
                        }
                    }
                }
            });
        }
        assertThat(unreadable).isEmpty();
        assertThat(unexpected).isEmpty();
        assertThat(found).hasSize(messages).isEqualTo(manifest(archive + ".tar.gz"));
        assertThat(items[0])
                .as("items, against files in the archive")
                .isEqualTo(Mess.files(folder).size());
    }

    /** S= is exact in these archives. */
    private static boolean sizeAgrees(SourceItem.Message message) {
        return message.witnesses().stream()
                .filter(Witness.MaildirSize.class::isInstance)
                .allMatch(w ->
                        ((Witness.MaildirSize) w).octets() == message.content().size());
    }

    private void unpack(Path archive) throws IOException, InterruptedException {
        int exit = new ProcessBuilder("tar", "-xzf", archive.toString(), "-C", folder.toString())
                .inheritIO()
                .start()
                .waitFor();
        assertThat(exit).as("exit of tar").isZero();
    }

    private static Map<String, String> manifest(String archive) throws IOException {
        Map<String, String> manifest = new TreeMap<>();
        ObjectMapper json = new ObjectMapper();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(CORPUS.resolve("manifest.jsonl.gz"))),
                StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                JsonNode node = json.readTree(line);
                if (node.get("archive").asText().equals(archive)) {
                    manifest.put(node.get("path").asText(), node.get("sha256").asText());
                }
            }
        }
        return manifest;
    }
}
