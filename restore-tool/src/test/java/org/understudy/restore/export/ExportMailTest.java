package org.understudy.restore.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.understudy.restore.RestoreOperations;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.repository.TakeSnapshot;
import org.understudy.restore.source.exported.ExportedTree;
import org.understudy.restore.workflow.StageRestore;
import org.understudy.restore.workflow.ValidateRestore;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MailboxId;

class ExportMailTest {
    private static final Instant DATE = Instant.parse("2024-02-29T23:59:59.123Z");

    @TempDir
    Path folder;

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Messages that a format could trip over. */
    private static List<byte[]> hostileMessages() {
        String head = "From: a@example.org\r\nSubject: =?utf-8?Q?Gr=C3=BC=C3=9Fe:_a/b?= <\"x\">\r\n\r\n";
        List<byte[]> all = new ArrayList<>();
        all.add(bytes(head + "Hello\r\n"));
        all.add(bytes(head + "From me to you\r\n>From x\r\n>>From y\r\nFrom \r\nFrom\r\n From z\r\n"));
        all.add(bytes(head + "\r\nFrom alice Wed May 27 02:00:00 2026\r\nFake: header\r\n\r\nbody\r\n"));
        all.add(bytes("From alice Wed May 27 02:00:00 2026\r\n" + head + "enveloped\r\n"));
        all.add(bytes("Subject: x\r\nFrom alice Wed May 27 02:00:00 2026\r\nTo: y\r\n\r\nin the header\r\n"));
        all.add(bytes("Status: O\r\nX-UID: 7\r\nX-IMAPbase: 1 2 a\r\nX-Keywords: q\r\nContent-Length: 3\r\n"
                + "X-Mozilla-Status: 0009\r\nX-Status: AFD\r\nX-Understudy: 1 octets=3 quoted=0 date=0 size=3\r\n"
                + head + "own state\r\n"));
        all.add(bytes("Subject: no blank line at all\r\n"));
        all.add(bytes("Subject: no end"));
        all.add(bytes(head + "no end of the last line"));
        all.add(bytes(head + "ends in From "));
        all.add(bytes(head + "ends in a blank line\r\n\r\n\r\n"));
        all.add(bytes(head));
        all.add(bytes("\r\n"));
        all.add(bytes("\r\n\r\nbody without header\r\n"));
        all.add(bytes(" begins with a blank: x\r\n\r\nbody\r\n"));
        all.add(bytes(""));
        all.add(bytes(head + "nul \0\0\0 and 8 bit \u00e4\u00f6\u00fc \u00ff\r\n"));
        all.add(bytes(head + "doubled\r\r\nand single \r carriage returns\r"));
        all.add(bytes("Subject: a\r\r\n\r\r\n\r\nx\r\n"));
        all.add(bytes("Subject: bare line feeds\n\nFrom x\nline\r\nline\n"));
        all.add(bytes(head + ">".repeat(200_000) + "From far\r\n" + "F".repeat(70_000) + "rom \r\n"));
        byte[] nothing = new byte[5 << 20];
        System.arraycopy(bytes(head), 0, nothing, 0, head.length());
        all.add(nothing);
        byte[] huge = new byte[9 << 20];
        new Random(3).nextBytes(huge);
        System.arraycopy(bytes(head), 0, huge, 0, head.length());
        all.add(huge);
        return all;
    }

    private static void fill(ExportedMail mail) throws IOException {
        MailboxId inbox = mail.mailbox("ada", "INBOX", true);
        Random random = new Random(11);
        List<Flags> flags = List.of(
                Flags.NONE,
                Flags.of(Flags.SEEN | Flags.RECENT, Set.of()),
                Flags.of(Flags.ANSWERED | Flags.FLAGGED | Flags.DELETED | Flags.DRAFT, Set.of("$Forwarded", "Work")),
                Flags.of(Flags.SEEN | Flags.DELETED, Set.of("work", "$MDNSent", "NonJunk")));
        int number = 0;
        for (byte[] message : hostileMessages()) {
            mail.put("ada", "INBOX", inbox, message, DATE.plusMillis(number * 86_400_001L), flags.get(number++ % 4));
        }
        mail.put("ada", "INBOX", inbox, bytes("A: old\r\n\r\n"), Instant.parse("1969-07-20T20:17:40.5Z"), Flags.NONE);
        mail.put("ada", "INBOX", inbox, bytes("A: late\r\n\r\n"), Instant.parse("2106-02-07T06:28:16Z"), Flags.NONE);
        for (int i = 0; i < 40; i++) {
            Set<String> keywords = new HashSet<>(Set.of("label-" + i, "all"));
            if (i % 3 == 0) {
                keywords.add("ALL-" + random.nextInt(5));
            }
            mail.put("ada", "INBOX", inbox, bytes("N: " + i + "\r\n\r\nx\r\n"), DATE, Flags.of(0, keywords));
        }
        for (String name : List.of(
                "Work.Projects.2024",
                "Work",
                "work",
                "WORK.projects",
                "Entw\u00fcrfe & Mehr",
                "Entwu\u0308rfe & Mehr",
                "\u65e5\u672c\u8a9e.\u30e1\u30fc\u30eb",
                "\ud83d\udce7",
                "a/b",
                "../../escape/../..",
                "CON",
                "con",
                "aux.lpt1.x",
                "x:y*?<>|\"\\",
                "trailing.",
                "..",
                ".hidden",
                " blanks ",
                "cur",
                "new",
                "tmp",
                "mail",
                "lock",
                "inbox.child",
                "a@b",
                "~",
                "&",
                "&AOQ-",
                "tab\there",
                "x".repeat(255),
                "\u4e2d".repeat(160),
                "d.e.e.p.".repeat(25) + "x",
                "empty")) {
            boolean subscribed = name.hashCode() % 2 == 0;
            MailboxId id = mail.mailbox("ada", name, subscribed);
            for (int i = 0; i < (name.equals("empty") ? 0 : 2); i++) {
                mail.put("ada", name, id, bytes("S: " + name.length() + i + "\r\n\r\nb\r\n"), DATE, flags.get(i));
            }
        }
        for (String user : List.of("bruno@example.org", "we/ird", "nul")) {
            for (String name : List.of("Only", "INBOX")) {
                MailboxId id = mail.mailbox(user, name, true);
                mail.put(user, name, id, bytes("U: " + user + "\r\n\r\n" + name + "\r\n"), DATE, Flags.NONE);
            }
        }
    }

    private static void same(Map<String, TreeMap<Long, String>> found, Map<String, TreeMap<Long, String>> expected) {
        assertThat(found.keySet()).isEqualTo(expected.keySet());
        assertThat(lines(found)).containsExactlyElementsOf(lines(expected));
    }

    private static List<String> lines(Map<String, TreeMap<Long, String>> mail) {
        List<String> lines = new ArrayList<>();
        mail.forEach((mailbox, messages) ->
                messages.forEach((uid, line) -> lines.add("\n" + mailbox + " " + uid + " " + line)));
        return lines;
    }

    private static Map<String, TreeMap<Long, String>> readAll(ExportMail.Result result, Map<String, String> infos)
            throws IOException {
        Map<String, TreeMap<Long, String>> all = new TreeMap<>();
        for (ExportMail.User user : result.users()) {
            all.putAll(ExportedMail.read(Path.of(user.place()), infos));
        }
        return all;
    }

    @ParameterizedTest
    @EnumSource(ExportFormat.class)
    void whatIsExportedReplaysToTheSame(ExportFormat format) throws Exception {
        try (ExportedMail mail = new ExportedMail(folder)) {
            fill(mail);
            Path out = folder.resolve("out");

            ExportMail.Result result = mail.export(ExportMail.LIVE, format, out, Set.of());

            long messages = mail.ledger.values().stream().mapToLong(Map::size).sum();
            assertThat(result.faults()).isEmpty();
            assertThat(result.counts().found()).isEqualTo(messages);
            assertThat(result.counts().exported()).isEqualTo(messages);
            assertThat(result.users().stream()
                            .mapToLong(user -> user.counts().bytes())
                            .sum())
                    .isEqualTo(result.counts().bytes());
            Map<String, String> infos = new TreeMap<>();
            Map<String, TreeMap<Long, String>> found = readAll(result, infos);
            same(found, mail.ledger);
            assertThat(infos).isEqualTo(mail.mailboxes);
            try (Stream<Path> left = Files.list(out)) {
                assertThat(left.map(Path::toString))
                        .noneMatch(name -> name.contains("partial") || name.contains("understudy-export"));
            }
        }
    }

    /** 70 MiB that pack to a thousandth, which an archive of somebody else's would be refused for. */
    @Test
    void zerosComeBackFromAnArchive() throws Exception {
        try (ExportedMail mail = new ExportedMail(folder)) {
            MailboxId inbox = mail.mailbox("ada", "INBOX", true);
            mail.put("ada", "INBOX", inbox, new byte[70 << 20], DATE, Flags.NONE);
            ExportMail.Result result = mail.export(ExportMail.LIVE, ExportFormat.EML, folder.resolve("out"), Set.of());
            same(readAll(result, new TreeMap<>()), mail.ledger);
        }
    }

    @ParameterizedTest
    @EnumSource(ExportFormat.class)
    void aMessageWhoseBytesAreNotItsOwnIsNamedAndTheRestGoesOn(ExportFormat format) throws Exception {
        try (ExportedMail mail = new ExportedMail(folder)) {
            MailboxId inbox = mail.mailbox("ada", "INBOX", true);
            mail.put("ada", "INBOX", inbox, bytes("S: 1\r\n\r\n"), DATE, Flags.NONE);
            long wrong = mail.putWithAnotherDigest(inbox, bytes("S: 2\r\n\r\n"), DATE);
            mail.put("ada", "INBOX", inbox, bytes("S: 3\r\n\r\n"), DATE, Flags.NONE);

            ExportMail.Result result = mail.export(ExportMail.LIVE, format, folder.resolve("out"), Set.of());

            assertThat(result.counts()).isEqualTo(new ExportCounts(3, 2, 0, 1, 0, 0, 0, 16));
            assertThat(result.counts().sound()).isFalse();
            assertThat(result.faults()).singleElement().satisfies(fault -> {
                assertThat(fault.user()).isEqualTo("ada");
                assertThat(fault.uid()).isEqualTo(wrong);
                assertThat(fault.why()).contains("expected SHA-256");
            });
            same(readAll(result, new TreeMap<>()), mail.ledger);
        }
    }

    @Test
    void damageInASnapshotCostsTheMessagesThatLieThere() throws Exception {
        try (ExportedMail mail = new ExportedMail(folder)) {
            fill(mail);
            new TakeSnapshot().run(new TakeSnapshot.Request(false), mail.workplace, Progress.SILENT);
            Path largest;
            try (Stream<Path> walk = Files.walk(folder.resolve("repository/objects"))) {
                largest = walk.filter(Files::isRegularFile)
                        .max(java.util.Comparator.comparingLong(
                                path -> path.toFile().length()))
                        .orElseThrow();
            }
            assertThat(largest.toFile().setWritable(true)).isTrue();
            byte[] content = Files.readAllBytes(largest);
            content[content.length / 2] ^= 0x10;
            Files.write(largest, content);

            ExportMail.Result result =
                    mail.export(ExportMail.SNAPSHOT + "latest", ExportFormat.MBOX, folder.resolve("out"), Set.of());

            assertThat(result.counts().unreadable()).isPositive();
            assertThat(result.counts().found())
                    .isEqualTo(
                            mail.ledger.values().stream().mapToLong(Map::size).sum());
            Map<String, TreeMap<Long, String>> rest = new TreeMap<>(mail.ledger);
            result.faults()
                    .forEach(fault ->
                            rest.get(fault.user() + "/" + fault.mailbox()).remove(fault.uid()));
            same(readAll(result, new TreeMap<>()), rest);
        }
    }

    /** What is exported can be restored, and what is restored can be exported from its shadow. */
    @Test
    void anExportIsStagedAndExportedFromItsShadow() throws Exception {
        try (ExportedMail mail = new ExportedMail(folder)) {
            MailboxId inbox = mail.mailbox("ada", "INBOX", true);
            MailboxId odd = mail.mailbox("ada", "a/b.\u00dc", false);
            for (int i = 0; i < 20; i++) {
                byte[] message = bytes("From: a@example.org\r\nTo: ada@example.org\r\nDate: Thu, 29 Feb 2024 23:59:"
                        + (10 + i) + " +0000\r\nMessage-ID: <" + i + "@x>\r\nSubject: s\r\n\r\nbody " + i + "\r\n");
                boolean even = i % 2 == 0;
                mail.put(
                        "ada",
                        even ? "INBOX" : "a/b.\u00dc",
                        even ? inbox : odd,
                        message,
                        DATE,
                        Flags.of(1, Set.of("K")));
            }
            for (ExportFormat format : ExportFormat.values()) {
                ExportMail.Result first = mail.export(ExportMail.LIVE, format, folder.resolve("1-" + format), Set.of());
                String place = first.users().getFirst().place();
                StageRestore.Result staged =
                        RestoreOperations.stage().run(StageRestore.Request.of(place), mail.workplace, Progress.SILENT);
                assertThat(staged.totals().replayed()).isEqualTo(20);
                assertThat(staged.totals().unreadable()).isZero();
                RestoreOperations.validate()
                        .run(new ValidateRestore.Request(staged.id()), mail.workplace, Progress.SILENT);

                ExportMail.Result second =
                        mail.export(ExportMail.RESTORE + staged.id(), format, folder.resolve("2-" + format), Set.of());

                assertThat(second.counts().exported()).isEqualTo(20);
                same(readAll(second, new TreeMap<>()), mail.ledger);
            }
        }
    }

    @Test
    void aShadowThatIsNotValidatedIsRefused() throws Exception {
        try (ExportedMail mail = new ExportedMail(folder)) {
            MailboxId inbox = mail.mailbox("ada", "INBOX", true);
            mail.put("ada", "INBOX", inbox, bytes("S: 1\r\n\r\n"), DATE, Flags.NONE);
            ExportMail.Result first = mail.export(ExportMail.LIVE, ExportFormat.MBOX, folder.resolve("1"), Set.of());
            StageRestore.Result staged = RestoreOperations.stage()
                    .run(StageRestore.Request.of(first.users().getFirst().place()), mail.workplace, Progress.SILENT);
            assertThatThrownBy(() -> mail.export(
                            ExportMail.RESTORE + staged.id(), ExportFormat.MBOX, folder.resolve("2"), Set.of()))
                    .isInstanceOfSatisfying(
                            OperatorException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CONFLICT));
        }
    }

    @Test
    void treesOfAllUsersAreReadTogether() throws Exception {
        try (ExportedMail mail = new ExportedMail(folder)) {
            fill(mail);
            for (ExportFormat format : List.of(ExportFormat.MAILDIR, ExportFormat.MBOX)) {
                Path out = folder.resolve("out-" + format.word());
                mail.export(ExportMail.LIVE, format, out, Set.of());
                same(ExportedMail.read(out, new TreeMap<>()), mail.ledger);
            }
        }
    }

    @Test
    void namesInAnArchiveAreSafeEverywhere() throws Exception {
        try (ExportedMail mail = new ExportedMail(folder)) {
            fill(mail);
            ExportMail.Result result =
                    mail.export(ExportMail.LIVE, ExportFormat.EML, folder.resolve("out"), Set.of("ada"));
            Set<String> seen = new HashSet<>();
            try (ZipFile zip = new ZipFile(result.users().getFirst().place())) {
                zip.stream().forEach(entry -> {
                    assertThat(seen.add(entry.getName().toLowerCase(Locale.ROOT)))
                            .as(entry.getName() + " twice")
                            .isTrue();
                    assertThat(entry.getName().getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(350);
                    for (String part : entry.getName().split("/")) {
                        assertThat(part)
                                .matches("[^<>:\"/\\\\|?*\\p{Cntrl}]+")
                                .doesNotStartWith(" ")
                                .doesNotEndWith(".")
                                .doesNotEndWith(" ")
                                .isNotIn("..", ".", "CON", "con", "aux", "lpt1");
                    }
                });
                assertThat(zip.stream().map(Object::toString))
                        .contains("INBOX/000001 2024-02-29 Gr\u00fc\u00dfe_ a_b __x__.eml");
            }
        }
    }

    @Test
    void aSnapshotIsExportedAsItWasThen() throws Exception {
        try (ExportedMail mail = new ExportedMail(folder)) {
            fill(mail);
            new TakeSnapshot().run(new TakeSnapshot.Request(false), mail.workplace, Progress.SILENT);
            Map<String, TreeMap<Long, String>> then = new TreeMap<>();
            mail.ledger.forEach((name, lines) -> then.put(name, new TreeMap<>(lines)));
            MailboxId more = mail.mailbox("ada", "Since", false);
            mail.put("ada", "Since", more, bytes("N: x\r\n\r\n"), DATE, Flags.NONE);

            ExportMail.Result result =
                    mail.export(ExportMail.SNAPSHOT + "latest", ExportFormat.MAILDIR, folder.resolve("out"), Set.of());

            assertThat(result.counts().sound()).isTrue();
            same(readAll(result, new TreeMap<>()), then);
        }
    }

    @Test
    void onlyTheMailboxesThatAreNamed() throws Exception {
        try (ExportedMail mail = new ExportedMail(folder)) {
            fill(mail);
            for (ExportFormat format : ExportFormat.values()) {
                ExportMail.Result result = new ExportMail()
                        .run(
                                new ExportMail.Request(
                                        ExportMail.LIVE,
                                        format.word(),
                                        Set.of("ada"),
                                        Set.of("Work.Projects.2024", "a/b"),
                                        folder.resolve("o-" + format).toString(),
                                        false),
                                mail.workplace,
                                Progress.SILENT);
                assertThat(readAll(result, new TreeMap<>()).keySet())
                        .containsExactly("ada/Work.Projects.2024", "ada/a/b");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(ExportFormat.class)
    void nothingIsOverwritten(ExportFormat format) throws Exception {
        try (ExportedMail mail = new ExportedMail(folder)) {
            MailboxId inbox = mail.mailbox("ada", "INBOX", true);
            mail.put("ada", "INBOX", inbox, bytes("S: x\r\n\r\n"), DATE, Flags.NONE);
            Path out = folder.resolve("out");
            mail.export(ExportMail.LIVE, format, out, Set.of("ada"));
            Map<String, String> before = files(out);

            assertThatThrownBy(() -> mail.export(ExportMail.LIVE, format, out, Set.of("ada")))
                    .isInstanceOfSatisfying(
                            OperatorException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CONFLICT))
                    .hasMessageContaining("never overwrites");

            assertThat(files(out)).isEqualTo(before);
        }
    }

    private static Map<String, String> files(Path root) throws IOException {
        Map<String, String> all = new TreeMap<>();
        try (Stream<Path> walk = Files.walk(root)) {
            for (Path path : walk.filter(Files::isRegularFile).toList()) {
                all.put(
                        root.relativize(path).toString(),
                        Files.getLastModifiedTime(path)
                                + new String(Files.readAllBytes(path), StandardCharsets.ISO_8859_1));
            }
        }
        return all;
    }

    /** Interrupts the export at the n-th message. */
    private static final class StopAt implements Progress {
        private final long at;

        StopAt(long at) {
            this.at = at;
        }

        @Override
        public void begin(String phase, long total, String unit) {}

        @Override
        public void advance(long done, long bytes) {
            if (done == at) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void note(String text) {}
    }

    @ParameterizedTest
    @EnumSource(ExportFormat.class)
    void oneThatIsInterruptedAgainAndAgainEndsAsOneThatIsNot(ExportFormat format) throws Exception {
        try (ExportedMail mail = new ExportedMail(folder)) {
            fill(mail);
            Path out = folder.resolve("out");
            ExportMail.Request request =
                    new ExportMail.Request(ExportMail.LIVE, format.word(), Set.of(), Set.of(), out.toString(), false);
            long messages = mail.ledger.values().stream().mapToLong(Map::size).sum();
            for (long at : new long[] {3, messages - 20, messages - 3}) {
                assertThatThrownBy(() -> new ExportMail().run(request, mail.workplace, new StopAt(at)))
                        .isInstanceOf(InterruptedException.class);
                assertThat(Thread.interrupted()).isFalse();
            }

            ExportMail.Result result = new ExportMail().run(request, mail.workplace, Progress.SILENT);

            assertThat(result.resumed()).isTrue();
            assertThat(result.counts().exported()).isEqualTo(messages);
            same(readAll(result, new TreeMap<>()), mail.ledger);
        }
    }

    @Test
    void anotherExportIntoTheFolderOfOneThatWasCutShortIsRefused() throws Exception {
        try (ExportedMail mail = new ExportedMail(folder)) {
            fill(mail);
            Path out = folder.resolve("out");
            ExportMail.Request request =
                    new ExportMail.Request(ExportMail.LIVE, "mbox", Set.of("ada"), Set.of(), out.toString(), false);
            assertThatThrownBy(() -> new ExportMail().run(request, mail.workplace, new StopAt(3)))
                    .isInstanceOf(InterruptedException.class);
            assertThatThrownBy(() -> mail.export(ExportMail.LIVE, ExportFormat.EML, out, Set.of("ada")))
                    .hasMessageContaining("cut short")
                    .hasMessageContaining("mbox of ada");
        }
    }

    @Test
    void neitherIntoTheStoreNorOfWhatIsNotThere() throws Exception {
        try (ExportedMail mail = new ExportedMail(folder)) {
            mail.mailbox("ada", "INBOX", true);
            Workplace place = mail.workplace;
            assertThatThrownBy(() -> mail.export(
                            ExportMail.LIVE,
                            ExportFormat.MBOX,
                            place.dataFolder().resolve("store/x"),
                            Set.of("ada")))
                    .hasMessageContaining("Understudy's own");
            assertThatThrownBy(
                            () -> mail.export(ExportMail.LIVE, ExportFormat.MBOX, folder.resolve("o"), Set.of("eve")))
                    .isInstanceOfSatisfying(
                            OperatorException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NOT_FOUND));
            assertThat(folder.resolve("o")).doesNotExist();
        }
    }

    @Test
    void theAccountOfAnExportAddsUp() throws Exception {
        try (ExportedMail mail = new ExportedMail(folder)) {
            fill(mail);
            ExportMail.Result result =
                    mail.export(ExportMail.LIVE, ExportFormat.MBOX, folder.resolve("out"), Set.of("ada"));
            ExportedTree tree = ExportedTree.read(folder.resolve("out/ada")).orElseThrow();
            assertThat(tree.messages()).isEqualTo(result.counts().exported());
            assertThat(tree.mailboxes().stream()
                            .mapToLong(ExportedTree.Mailbox::messages)
                            .sum())
                    .isEqualTo(tree.messages());
            assertThat(tree.mailboxes().stream()
                            .mapToLong(ExportedTree.Mailbox::bytes)
                            .sum())
                    .isEqualTo(tree.bytes());
        }
    }
}
