package org.understudy.restore.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What every source promises. Each test builds its input anew. */
public interface BackupSourceContract {
    /** What to read: sound messages, bad items and files that are no messages, of at least two users. */
    record Input(Path root, Set<String> paths) {}

    /**
     * Lays out an input.
     *
     * @return its root, and the path of each item that must come out of it, each once
     */
    Input layOut() throws Exception;

    BackupSource open(Path root) throws Exception;

    static List<SourceItem> all(BackupSource source, long from) throws IOException {
        List<SourceItem> items = new ArrayList<>();
        source.read(from, items::add);
        return items;
    }

    /** What is the same at each reading, content included. */
    static String shown(SourceItem item) throws IOException {
        return switch (item) {
            case SourceItem.Message m ->
                String.join("|", m.ref().toString(), m.mailbox().toString(), Long.toString(m.uid()))
                        + m.internalDate()
                        + m.flags()
                        + m.witnesses()
                        + sha256(m);
            case SourceItem.Unreadable u -> u.toString();
            case SourceItem.Duplicate d -> d.toString();
            case SourceItem.Ignored i -> i.toString();
        };
    }

    static String sha256(SourceItem.Message message) throws IOException {
        try (InputStream in = message.content().open()) {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(in.readAllBytes()));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> shown(List<SourceItem> items) throws IOException {
        List<String> shown = new ArrayList<>();
        for (SourceItem item : items) {
            shown.add(shown(item));
        }
        return shown;
    }

    @Test
    default void everyReadingGivesTheSameItemsInTheSameOrder() throws Exception {
        Path root = layOut().root();
        try (BackupSource first = open(root);
                BackupSource second = open(root)) {
            List<String> once = shown(all(first, 0));
            assertThat(shown(all(first, 0))).as("the same source read again").isEqualTo(once);
            assertThat(shown(all(second, 0))).as("the source opened again").isEqualTo(once);
        }
    }

    @Test
    default void ordinalsCountUpFromZero() throws Exception {
        try (BackupSource source = open(layOut().root())) {
            List<SourceItem> items = all(source, 0);
            for (int i = 0; i < items.size(); i++) {
                assertThat(items.get(i).ref().ordinal())
                        .as("ordinal of %s", items.get(i))
                        .isEqualTo(i);
            }
        }
    }

    @Test
    default void readingFromAnyOrdinalGivesTheRest() throws Exception {
        try (BackupSource source = open(layOut().root())) {
            List<String> whole = shown(all(source, 0));
            for (int from = 0; from <= whole.size() + 1; from++) {
                assertThat(shown(all(source, from)))
                        .as("read from ordinal %d", from)
                        .isEqualTo(whole.subList(Math.min(from, whole.size()), whole.size()));
            }
        }
    }

    @Test
    default void everythingInTheInputIsExactlyOneItem() throws Exception {
        Input input = layOut();
        try (BackupSource source = open(input.root())) {
            List<String> paths =
                    all(source, 0).stream().map(item -> item.ref().path()).toList();
            assertThat(paths).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(input.paths());
        }
    }

    @Test
    default void badItemsDoNotStopTheRest() throws Exception {
        try (BackupSource source = open(layOut().root())) {
            List<SourceItem> items = all(source, 0);
            int firstBad = -1;
            int lastGood = -1;
            for (int i = 0; i < items.size(); i++) {
                if (items.get(i) instanceof SourceItem.Unreadable && firstBad < 0) {
                    firstBad = i;
                } else if (items.get(i) instanceof SourceItem.Message) {
                    lastGood = i;
                }
            }
            assertThat(firstBad).as("the input must hold a bad item").isNotNegative();
            assertThat(lastGood).as("messages after the first bad item").isGreaterThan(firstBad);
        }
    }

    @Test
    default void whatIsNoMessageSaysWhy() throws Exception {
        try (BackupSource source = open(layOut().root())) {
            for (SourceItem item : all(source, 0)) {
                String why = switch (item) {
                    case SourceItem.Message m -> "is one";
                    case SourceItem.Unreadable u -> u.why();
                    case SourceItem.Duplicate d -> d.why();
                    case SourceItem.Ignored i -> i.why();
                };
                assertThat(why).as("reason of %s", item.ref()).isNotBlank();
            }
        }
    }

    @Test
    default void messagesLieInListedMailboxesOfLowerCaseUsers() throws Exception {
        try (BackupSource source = open(layOut().root())) {
            Set<SourceMailbox> listed = new TreeSet<>();
            for (BackupSource.MailboxInfo info : source.mailboxes()) {
                assertThat(listed.add(info.mailbox()))
                        .as("%s is listed once", info.mailbox())
                        .isTrue();
            }
            assertThat(source.mailboxes().stream().map(BackupSource.MailboxInfo::mailbox))
                    .as("by user and name")
                    .isSorted();
            for (SourceItem item : all(source, 0)) {
                if (item instanceof SourceItem.Message message) {
                    assertThat(listed).contains(message.mailbox());
                    assertThat(message.mailbox().user()).isLowerCase();
                }
            }
        }
    }

    @Test
    default void uidsAreGivenOnceInAMailbox() throws Exception {
        try (BackupSource source = open(layOut().root())) {
            Set<String> seen = new TreeSet<>();
            for (SourceItem item : all(source, 0)) {
                if (item instanceof SourceItem.Message message && message.uid() != 0) {
                    assertThat(seen.add(message.mailbox() + " " + message.uid()))
                            .as("UID of %s", message.ref())
                            .isTrue();
                }
            }
        }
    }

    @Test
    default void contentCanBeReadAgainAndHasItsSize() throws Exception {
        try (BackupSource source = open(layOut().root())) {
            for (SourceItem item : all(source, 0)) {
                if (item instanceof SourceItem.Message message) {
                    String digest = sha256(message);
                    assertThat(sha256(message)).isEqualTo(digest);
                    try (InputStream in = message.content().open()) {
                        assertThat(message.content().size()).isEqualTo(in.readAllBytes().length);
                    }
                }
            }
        }
    }

    @Test
    default void theSinkStopsTheReading() throws Exception {
        try (BackupSource source = open(layOut().root())) {
            List<SourceItem> taken = new ArrayList<>();
            assertThatThrownBy(() -> source.read(0, item -> {
                        taken.add(item);
                        if (taken.size() == 2) {
                            throw new IOException("enough");
                        }
                    }))
                    .hasMessage("enough");
            assertThat(taken).hasSize(2);
        }
    }

    @Test
    default void theInputIsNotTouched() throws Exception {
        Path root = layOut().root();
        Map<String, String> before = tree(root);
        try (BackupSource source = open(root)) {
            source.describe();
            source.mailboxes();
            shown(all(source, 0));
        }
        assertThat(tree(root)).isEqualTo(before);
    }

    /** Path to type, size, time of change of metadata and digest. */
    private static Map<String, String> tree(Path root) throws Exception {
        Map<String, String> tree = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : paths.toList()) {
                Map<String, Object> attributes = Files.readAttributes(
                        path, "unix:mode,size,lastModifiedTime,ctime,ino", LinkOption.NOFOLLOW_LINKS);
                String content = Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)
                        ? HexFormat.of()
                                .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(path)))
                        : "";
                tree.put(root.relativize(path).toString(), new TreeMap<>(attributes) + content);
            }
        }
        return tree;
    }
}
