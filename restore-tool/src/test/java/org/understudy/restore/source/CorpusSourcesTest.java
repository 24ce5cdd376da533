package org.understudy.restore.source;

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
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.understudy.restore.validate.Corpus;

/**
 * Every archive of real mail against the manifest that says what lies in it, where a corpus lies beside the project. What
 * the manifest has comes out as exactly one item; a message comes out octet by octet.
 */
final class CorpusSourcesTest {
    @TempDir
    Path folder;

    /** Offset and size in an mbox, by the manifest's path. */
    private final Map<String, int[]> places = new TreeMap<>();

    /**
     * @param kind as which the archive is told
     * @param notGiven how many messages of the manifest are no messages of this format: fixtures beside Maildirs, and empty
     *     files
     */
    @ParameterizedTest
    @CsvSource({
        "maildir-enron-users.tar.gz, maildir, 3616, 0",
        "maildir-list-subscribers.tar.gz, maildir, 1981, 0",
        "mbox-dovecot-user.tar.gz, mbox, 191, 0",
        "list-linux-integrity-2023.mboxrd.gz, mbox, 900, 0",
        "spamassassin-easy_ham.mboxo.gz, mbox, 1500, 0",
        "spamassassin-spam.mboxo.gz, mbox, 500, 0",
        "eml-export.zip, eml, 345, 0",
        "fixtures-dkim.tar.gz, eml, 110, 0",
        "fixtures-mime.tar.gz, maildir, 686, 457",
    })
    void everyMessageOfTheManifestIsOneItem(String archive, String kind, int messages, int notGiven) throws Exception {
        Path packed = Corpus.find().directory().resolve(archive);
        assumeTrue(Files.exists(packed), "no corpus beside the project: " + packed);
        Map<String, Set<String>> manifest = manifest(archive);
        assertThat(manifest).as("messages of the manifest").hasSize(messages);
        List<String> different = new ArrayList<>();
        List<String> notMessages = new ArrayList<>();
        Set<String> seen = new TreeSet<>();
        Set<String> unknown = new TreeSet<>();
        SourceOptions options = new SourceOptions(Map.of(), Set.of(), folder);
        long[] counts = new long[4];
        try (BackupSource source = Sources.open(packed, options)) {
            assertThat(source.describe().kind()).isEqualTo(kind);
            source.read(0, item -> {
                counts[
                        switch (item) {
                            case SourceItem.Message m -> 0;
                            case SourceItem.Duplicate d -> 1;
                            case SourceItem.Unreadable u -> 2;
                            case SourceItem.Ignored i -> 3;
                        }]++;
                String path = plain(item.ref().path());
                Set<String> digests = manifest.get(path);
                if (digests == null) {
                    if (item instanceof SourceItem.Message) {
                        unknown.add(item.ref().path());
                    }
                    return;
                }
                assertThat(seen.add(path)).as("%s comes out once", path).isTrue();
                if (!(item instanceof SourceItem.Message message)) {
                    notMessages.add(item.toString());
                } else if (!digests.contains(BackupSourceContract.sha256(message))
                        && !(kind.equals("mbox") && differsByTheFormatAlone(message, digests))) {
                    different.add(path);
                }
            });
        }
        System.out.printf(
                "%s: %,d messages, %,d duplicate, %,d unreadable, %,d ignored; %,d of the manifest no messages here%n",
                archive, counts[0], counts[1], counts[2], counts[3], notMessages.size());
        assertThat(unknown).as("messages that the manifest does not have").isEmpty();
        assertThat(seen).as("messages of the manifest that came out").isEqualTo(manifest.keySet());
        assertThat(different).as("octets that are not the manifest's").isEmpty();
        assertThat(notMessages).as("%s", notMessages).hasSize(notGiven);
        assertThat(counts[0]).isEqualTo(messages - notGiven);
    }

    /**
     * Whether the octets in the mbox are the manifest's, and become those that came out by what the format adds: fields in
     * which programs keep state, one {@code >} before {@code From }, and the last line end.
     */
    private boolean differsByTheFormatAlone(SourceItem.Message message, Set<String> digests) throws IOException {
        String path = message.ref().path();
        Path file = file(path.substring(0, path.lastIndexOf('#')));
        byte[] whole = Files.readAllBytes(file);
        int[] place = places.get(plain(path));
        String raw = new String(whole, place[0], place[1], StandardCharsets.ISO_8859_1);
        String given;
        try (var in = message.content().open()) {
            given = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        }
        return digests.contains(sha256(raw))
                && List.of(bare(plainOf(raw, true)), bare(plainOf(raw, false))).contains(bare(given));
    }

    /** @param quoted whether a line "From " was quoted, as it is where no Content-Length says where a message ends */
    private static String plainOf(String raw, boolean quoted) {
        int body = raw.indexOf("\n\n");
        String header = body < 0 ? raw : raw.substring(0, body + 1);
        String rest = body < 0 ? "" : raw.substring(body + 1);
        return ("\n" + header)
                        .replaceAll(
                                "(?i)\n(Status|X-Status|X-UID|X-Keywords|X-IMAP|X-IMAPbase|Content-Length):[^\n]*(\n[ \t][^\n]*)*",
                                "")
                        .substring(1)
                + (quoted ? rest.replaceAll("(?m)^>(>*From )", "$1") : rest);
    }

    private static String bare(String text) {
        return text.stripTrailing();
    }

    private static String sha256(String text) {
        try {
            return java.util.HexFormat.of()
                    .formatHex(java.security.MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.ISO_8859_1)));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Where the archive was unpacked to, while it is open. */
    private Path file(String relative) throws IOException {
        try (var files = Files.walk(folder)) {
            return files.filter(path -> path.endsWith(relative) && Files.isRegularFile(path))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** A manifest's path of a message in an mbox: the file and the number; the place in the file is left out. */
    private static String plain(String path) {
        int number = path.lastIndexOf('#');
        int at = path.indexOf('@', Math.max(0, number));
        return number >= 0 && at > number ? path.substring(0, at) : path;
    }

    private Map<String, Set<String>> manifest(String archive) throws IOException {
        Map<String, Set<String>> manifest = new TreeMap<>();
        ObjectMapper json = new ObjectMapper();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                new GZIPInputStream(
                        Files.newInputStream(Corpus.find().directory().resolve("manifest.jsonl.gz"))),
                StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                JsonNode node = json.readTree(line);
                if (node.get("archive").asText().equals(archive)) {
                    manifest.computeIfAbsent(node.get("path").asText(), path -> new TreeSet<>())
                            .add(node.get("sha256").asText());
                    places.put(node.get("path").asText(), new int[] {
                        node.path("offset").asInt(), node.get("size").asInt()
                    });
                }
            }
        }
        return manifest;
    }
}
