package org.understudy.restore.repository.log;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.understudy.restore.RestoreOperations;
import org.understudy.restore.operation.ApprovalRules;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.repository.OpenedSnapshot;
import org.understudy.restore.repository.Repository;
import org.understudy.restore.repository.TakeSnapshot;
import org.understudy.restore.repository.VerifyRepository;
import org.understudy.restore.repository.backend.RepositoryPlace;
import org.understudy.storage.Content;
import org.understudy.storage.MailStore;
import org.understudy.storage.NewMessage;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.Digest;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MailboxPath;
import org.understudy.storage.keyspace.MailboxRow;
import org.understudy.storage.keyspace.MimeSummary;

/** A live store under a clock that stands still, a repository, and the log between them. Seconds count from a start. */
final class LogFixture implements AutoCloseable {
    static final Instant START = Instant.parse("2026-05-26T23:00:00Z");
    private static final Author AUTHOR = new Author.Session("delivery", "test");

    final Path root;
    final HandClock clock = new HandClock(START);
    MailStore store;
    private LogArchiver archiver;

    private final RepositoryPlace place;

    LogFixture(Path root) {
        this(root, RepositoryPlace.folder(root.resolve("repository")));
    }

    LogFixture(Path root, RepositoryPlace place) {
        this.root = root;
        this.place = place;
        open();
    }

    private void open() {
        store = MailStore.open(data().resolve("store"), new MailStore.Options(32L << 20, clock));
        archiver = new LogArchiver(workplace());
    }

    Path data() {
        return root.resolve("data");
    }

    Path repository() {
        return root.resolve("repository");
    }

    Path logs() {
        return repository().resolve("logs");
    }

    Workplace workplace() {
        return new Workplace(store, data(), place, clock, ApprovalRules.CLAIMED);
    }

    static Instant second(long second) {
        return START.plusSeconds(second);
    }

    void at(long second) {
        clock.set(second(second));
    }

    /** One message whose subject says when it came. */
    long deliver(String user) {
        MailboxPath path = MailboxPath.of(user, "INBOX");
        MailboxId mailbox = store.mailboxes()
                .find(path)
                .map(MailboxRow::id)
                .orElseGet(() -> store.mailboxes().create(path, 7, AUTHOR).id());
        byte[] bytes = ("From: a@example.org\r\nSubject: " + clock.instant() + "\r\n\r\n"
                        + "text of a message\r\n".repeat(20))
                .getBytes(StandardCharsets.US_ASCII);
        Digest digest = Digest.of(Digest.sha256().digest(bytes));
        NewMessage message = new NewMessage(
                0,
                null,
                null,
                new NewMessage.Body.Bytes(Content.of(bytes), digest),
                bytes.length,
                60,
                digest,
                new MimeSummary("text", "plain", 20, "", List.of(), List.of()),
                clock.instant(),
                null,
                Flags.NONE);
        return store.messages()
                .append(mailbox, List.of(message), AUTHOR)
                .getFirst()
                .uid();
    }

    TakeSnapshot.Result snapshot() throws InterruptedException {
        return new TakeSnapshot().run(new TakeSnapshot.Request(false), workplace(), Progress.SILENT);
    }

    ArchiveReport archive() throws InterruptedException {
        return archiver.run();
    }

    VerifyRepository.Result verify(boolean full) throws InterruptedException {
        return RestoreOperations.verifyRepository()
                .run(new VerifyRepository.Request(full, List.of()), workplace(), Progress.SILENT);
    }

    PointInTime moment(long second) throws InterruptedException {
        return PointInTime.of(
                Repository.open(place), workplace().keys(), second(second), OpenedSnapshot.Assurance.TRUSTED_KEY);
    }

    /** User to the times at which the messages came, in seconds. */
    Map<String, List<Long>> mailAt(long second) throws Exception {
        try (OpenedSnapshot opened = moment(second).open(user -> true, clock, Progress.SILENT)) {
            return mail(opened.store());
        }
    }

    static Map<String, List<Long>> mail(MailStore store) {
        Map<String, List<Long>> mail = new TreeMap<>();
        for (MailboxRow mailbox : store.mailboxes().all()) {
            List<Long> times = new ArrayList<>();
            store.messages().scan(mailbox.id(), 1, 0xFFFF_FFFFL, facts -> {
                String text = new String(store.bodies().read(facts.body()), StandardCharsets.US_ASCII);
                String subject = text.lines()
                        .filter(line -> line.startsWith("Subject: "))
                        .findFirst()
                        .orElseThrow();
                times.add(Instant.parse(subject.substring("Subject: ".length())).getEpochSecond()
                        - START.getEpochSecond());
            });
            mail.put(mailbox.path().owner(), times);
        }
        return mail;
    }

    /** Segments by name. */
    List<Path> segments() throws IOException {
        try (Stream<Path> files = Files.list(logs())) {
            return files.filter(file -> file.toString().endsWith(".log"))
                    .sorted()
                    .toList();
        }
    }

    interface Work {
        void run() throws Exception;
    }

    /** Closes the store, lets {@code work} use its folder, and opens it again. */
    void whileClosed(Work work) throws Exception {
        store.close();
        work.run();
        open();
    }

    static void copyTree(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : all.toList()) {
                Path target = to.resolve(from.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(path, target);
                }
            }
        }
    }

    static void deleteTree(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    @Override
    public void close() {
        store.close();
    }
}
