package org.understudy.restore.copies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.inspect.Inspected;
import org.understudy.restore.inspect.Inspection;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.source.BackupSource;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.source.Sources;
import org.understudy.restore.source.Witness;
import org.understudy.restore.source.maildir.MaildirBuilder;
import org.understudy.restore.validate.Validation;
import org.understudy.restore.validate.Verdict;
import org.understudy.restore.workflow.StandardExaminer;

class BestOfSourcesTest {
    private static final Instant ARRIVED = Instant.parse("2026-02-03T04:05:06Z");
    private static final String ONE = "1700000001.M1P1.host";
    private static final String TWO = "1700000002.M2P1.host";
    private static final String THREE = "1700000003.M3P1.host";

    @TempDir
    private Path root;

    private MaildirBuilder main;
    private MaildirBuilder second;

    @BeforeEach
    void layOut() {
        main = MaildirBuilder.at(root.resolve("a/anna/Maildir"));
        second = MaildirBuilder.at(root.resolve("b/anna/Maildir"));
    }

    private static String mail(int n) {
        return MaildirBuilder.text(n, ARRIVED.plusSeconds(n));
    }

    private static void put(MaildirBuilder maildir, String path, byte[] bytes) {
        maildir.message(path, bytes, ARRIVED);
    }

    private static void put(MaildirBuilder maildir, String path, String text) {
        put(maildir, path, text.getBytes(StandardCharsets.UTF_8));
    }

    private BestOfSources best() {
        return new BestOfSources(
                List.of(
                        new Comparison.Other("main", Sources.open(root.resolve("a"))),
                        new Comparison.Other("second", Sources.open(root.resolve("b")))),
                Inspection.standard());
    }

    private static List<SourceItem> all(BackupSource source, long from) throws IOException {
        List<SourceItem> items = new ArrayList<>();
        source.read(from, items::add);
        return items;
    }

    private static byte[] bytes(SourceItem.Message message) throws IOException {
        try (InputStream in = message.content().open()) {
            return in.readAllBytes();
        }
    }

    private static List<SourceItem.Message> messages(List<SourceItem> items) {
        return items.stream()
                .filter(SourceItem.Message.class::isInstance)
                .map(SourceItem.Message.class::cast)
                .toList();
    }

    private static Witness.TakenFrom takenFrom(SourceItem.Message message) {
        return message.witnesses().stream()
                .filter(Witness.TakenFrom.class::isInstance)
                .map(Witness.TakenFrom.class::cast)
                .findFirst()
                .orElseThrow(() -> new AssertionError(message.ref() + " does not name its source"));
    }

    private static Verdict verdict(SourceItem.Message message) throws IOException {
        Validation validation = new StandardExaminer().examine(message, message.content());
        return validation.verdict();
    }

    @Test
    void eachMessageIsGivenOnceWithTheBytesOfItsBestCopy() throws Exception {
        put(main, "cur/" + ONE + ":2,F", mail(1).replace("This is note", "\0".repeat(300)));
        put(main, "cur/" + TWO, "");
        put(second, "cur/" + ONE + ":2,S", mail(1));
        put(second, "cur/" + TWO, mail(2));
        put(second, "cur/" + THREE, mail(3));
        try (BestOfSources best = best()) {
            List<SourceItem> items = all(best, 0);
            List<SourceItem.Message> messages = messages(items);
            assertThat(messages).hasSize(3);
            SourceItem.Message one = messages.get(0);
            assertThat(one.ref().path()).isEqualTo("anna/Maildir/cur/" + ONE + ":2,F");
            assertThat(one.flags().has(org.understudy.storage.keyspace.Flags.FLAGGED))
                    .isTrue();
            assertThat(bytes(one)).isEqualTo(mail(1).getBytes(StandardCharsets.UTF_8));
            assertThat(takenFrom(one).source()).isEqualTo("second");
            assertThat(takenFrom(one).why()).contains("is damaged in main");
            assertThat(verdict(one)).isEqualTo(Verdict.CONSISTENT);
            assertThat(bytes(messages.get(1))).isEqualTo(mail(2).getBytes(StandardCharsets.UTF_8));
            assertThat(bytes(messages.get(2))).isEqualTo(mail(3).getBytes(StandardCharsets.UTF_8));
            assertThat(takenFrom(messages.get(2)).why()).isEqualTo("the only copy");
            List<String> duplicates = items.stream()
                    .filter(SourceItem.Duplicate.class::isInstance)
                    .map(item -> ((SourceItem.Duplicate) item).why())
                    .toList();
            assertThat(duplicates)
                    .containsExactly(
                            "unreadable here (the file is empty); given as anna/Maildir/cur/" + TWO + " of second",
                            "a copy of anna/Maildir/cur/" + ONE + ":2,F of main");
            assertThat(items.stream().map(item -> item.ref().ordinal()))
                    .containsExactlyElementsOf(java.util.stream.LongStream.range(0, items.size())
                            .boxed()
                            .toList());
        }
    }

    @Test
    void equalCopiesProveTheMessageAndTheMainOneIsTaken() throws Exception {
        put(main, "cur/" + ONE, mail(1));
        put(second, "cur/" + ONE, mail(1));
        try (BestOfSources best = best()) {
            SourceItem.Message one = messages(all(best, 0)).getFirst();
            assertThat(takenFrom(one).source()).isEqualTo("main");
            assertThat(verdict(one)).isEqualTo(Verdict.PROVEN);
        }
    }

    @Test
    void copiesThatDifferAndAreSoundByThemselvesAreSuspect() throws Exception {
        put(main, "cur/" + ONE, mail(1));
        put(second, "cur/" + ONE, mail(1).replace("Ana\n", "Anb\n"));
        try (BestOfSources best = best()) {
            assertThat(verdict(messages(all(best, 0)).getFirst())).isEqualTo(Verdict.SUSPECT);
        }
    }

    @Test
    void aMailboxThatOnlyTheOtherHasIsOneOfTheMailboxes() throws Exception {
        put(main, "cur/" + ONE, mail(1));
        second.folder(".Archive");
        put(second, ".Archive/cur/" + TWO, mail(2));
        try (BestOfSources best = best()) {
            assertThat(best.mailboxes())
                    .extracting(info -> info.mailbox().name())
                    .containsExactly("Archive", "INBOX");
            assertThat(best.describe().kind()).isEqualTo("maildir+maildir");
        }
    }

    @Test
    void uidsOfAnotherUidValidityAreNotTakenOver() throws Exception {
        put(main, "cur/" + ONE, mail(1));
        main.file("dovecot-uidlist", "3 V1700000000 N9 Gab\n4 :" + ONE + "\n");
        put(second, "cur/" + TWO, mail(2));
        second.file("dovecot-uidlist", "3 V1700000009 N9 Gab\n4000000 :" + TWO + "\n");
        try (BestOfSources best = best()) {
            assertThat(messages(all(best, 0)))
                    .extracting(SourceItem.Message::uid)
                    .containsExactly(4L, 0L);
        }
    }

    @Test
    void aSourceThatChangesMeanwhileIsToldFromOneThatDoesNot() throws Exception {
        put(main, "cur/" + ONE, mail(1));
        put(second, "cur/" + ONE, mail(1));
        try (BestOfSources best = best()) {
            best.prepare(Progress.SILENT);
            put(second, "cur/" + TWO, mail(2));
            assertThatThrownBy(() -> all(best, 0))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("second has changed since it was compared");
        }
    }

    /** Random trees, one of both copies harmed or gone: the sound bytes are taken or the message is doubted. */
    @Test
    void whereOneCopyIsSoundItIsTakenOrBothAreDoubted() throws Exception {
        for (long seed = 1; seed <= 12; seed++) {
            Path here = root.resolve("seed" + seed);
            Map<String, byte[]> sound = new TreeMap<>();
            Random random = new Random(seed);
            MaildirBuilder left = MaildirBuilder.at(here.resolve("a/anna/Maildir"));
            MaildirBuilder right = MaildirBuilder.at(here.resolve("b/anna/Maildir"));
            for (int n = 0; n < 25; n++) {
                String name = 1_700_000_000 + n + ".M" + n + "P1.host";
                byte[] mail = (mail(n) + "line of text\n".repeat(random.nextInt(120))).getBytes(StandardCharsets.UTF_8);
                sound.put(name, mail);
                byte[] harmed = Harm.values()[random.nextInt(Harm.values().length)].to(mail, foreign(n), random);
                switch (random.nextInt(6)) {
                    case 0 -> copies(name, left, mail, right, harmed);
                    case 1 -> copies(name, left, harmed, right, mail);
                    case 2 -> copies(name, left, new byte[0], right, mail);
                    case 3 -> put(right, "cur/" + name, mail);
                    case 4 -> put(left, "cur/" + name, mail);
                    default -> copies(name, left, mail, right, mail);
                }
            }
            check(seed, here, sound);
        }
    }

    private static byte[] foreign(int n) {
        return ("From: x@example.org\nDate: Tue, 3 Feb 2026 04:05:06 +0000\nMessage-ID: <other-" + n
                        + "@example.org>\n\n" + "Another one\n".repeat(60))
                .getBytes(StandardCharsets.UTF_8);
    }

    private static void copies(String name, MaildirBuilder left, byte[] one, MaildirBuilder right, byte[] other) {
        put(left, "cur/" + name, one);
        put(right, "cur/" + name, other);
    }

    private static void check(long seed, Path here, Map<String, byte[]> sound) throws Exception {
        List<Comparison.Other> members = List.of(
                new Comparison.Other("main", Sources.open(here.resolve("a"))),
                new Comparison.Other("second", Sources.open(here.resolve("b"))));
        Map<String, Long> given = new TreeMap<>();
        try (BestOfSources best = new BestOfSources(members, Inspection.standard())) {
            List<SourceItem> items = all(best, 0);
            for (SourceItem.Message message : messages(items)) {
                String name =
                        message.ref().path().substring(message.ref().path().lastIndexOf('/') + 1);
                String as = "seed " + seed + ", " + message.ref().path() + ", " + takenFrom(message);
                given.merge(name, 1L, Long::sum);
                Verdict verdict = verdict(message);
                byte[] right = sound.get(name);
                assertThat(right).as(as).isNotNull();
                if (verdict == Verdict.PROVEN || verdict == Verdict.CONSISTENT) {
                    assertThat(bytes(message)).as(as + " is " + verdict).isEqualTo(right);
                } else {
                    assertThat(verdict).as(as).isEqualTo(Verdict.SUSPECT);
                }
            }
            assertThat(given.keySet()).as("seed " + seed).isEqualTo(sound.keySet());
            assertThat(given.values()).as("seed " + seed + ": " + given).containsOnly(1L);
            for (int from = 1; from < items.size(); from += 7) {
                List<SourceItem> rest = all(best, from);
                assertThat(rest.stream().map(BestOfSourcesTest::line))
                        .as("seed " + seed + " from " + from)
                        .containsExactlyElementsOf(items.subList(from, items.size()).stream()
                                .map(BestOfSourcesTest::line)
                                .toList());
            }
        }
        Compared compared = Compared.of(here.resolve("a"), here.resolve("b"));
        compared.here.forEach((path, item) -> {
            if (item instanceof Inspected.Message message && message.verdict() == Verdict.PROVEN) {
                assertThat(read(here.resolve("a").resolve(path)))
                        .as("seed " + seed + ", proven " + path)
                        .isEqualTo(sound.get(path.substring(path.lastIndexOf('/') + 1)));
            }
        });
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static String line(SourceItem item) {
        return switch (item) {
            case SourceItem.Message message -> message.ref() + " " + message.uid() + " " + message.witnesses();
            case SourceItem.Duplicate copy -> copy.toString();
            case SourceItem.Unreadable bad -> bad.toString();
            case SourceItem.Ignored ignored -> ignored.toString();
        };
    }
}
