package org.understudy.restore.repository;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.understudy.restore.operation.ApprovalRules;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.repository.backend.Durable;
import org.understudy.restore.repository.backend.RepositoryPlace;
import org.understudy.storage.Appended;
import org.understudy.storage.Content;
import org.understudy.storage.MailStore;
import org.understudy.storage.NewMessage;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.Digest;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MailboxPath;
import org.understudy.storage.keyspace.MimeSummary;

/** A store with mail, a repository beside it, and a ledger of what was put in, kept apart from both. */
public final class MailFixture implements AutoCloseable {
    private static final Author AUTHOR = new Author.Housekeeping("test");

    /** Where a message was put. */
    public record Spot(String user, String mailbox, long uid) implements Comparable<Spot> {
        @Override
        public int compareTo(Spot other) {
            return (user + "\0" + mailbox + "\0" + String.format("%010d", uid))
                    .compareTo(other.user + "\0" + other.mailbox + "\0" + String.format("%010d", other.uid));
        }
    }

    /** What was put there. */
    public record Mail(MailboxId mailbox, byte[] bytes, Instant date, Flags flags) {}

    /** A clock that moves on by one second each time it is read. */
    static final class Ticking extends Clock {
        private Instant now = Instant.parse("2026-05-27T02:00:00Z");

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
        }

        @Override
        public synchronized Instant instant() {
            now = now.plusSeconds(1);
            return now;
        }
    }

    final Path root;
    private final Map<String, MailboxId> mailboxes = new HashMap<>();
    private final Random random = new Random(20260527);
    private MailStore store;
    private final Clock clock = new Ticking();
    public final TreeMap<Spot, Mail> ledger = new TreeMap<>();

    public MailFixture(Path root) throws IOException {
        this.root = root;
        Files.createDirectories(data());
        this.store = MailStore.open(data().resolve("store"), options());
    }

    public static MailStore.Options options() {
        return new MailStore.Options(64 << 20, Clock.systemUTC());
    }

    public Path data() {
        return root.resolve("data");
    }

    public Path repository() {
        return root.resolve("repository");
    }

    public MailStore store() {
        return store;
    }

    public Workplace workplace() {
        return workplace(repository());
    }

    public Workplace workplace(Path repository) {
        return new Workplace(store, data(), repository, clock);
    }

    public Workplace workplace(RepositoryPlace repository) {
        return new Workplace(store, data(), repository, clock, ApprovalRules.CLAIMED);
    }

    public TakeSnapshot.Result take() throws InterruptedException {
        return new TakeSnapshot().run(new TakeSnapshot.Request(false), workplace(), Progress.SILENT);
    }

    VerifyRepository.Result verify(boolean full) throws InterruptedException {
        return verify(repository(), full);
    }

    VerifyRepository.Result verify(Path repository, boolean full) throws InterruptedException {
        return new VerifyRepository()
                .run(new VerifyRepository.Request(full, List.of()), workplace(repository), Progress.SILENT);
    }

    /** Puts mail of about {@code size} octets each into a mailbox, made when it is new. */
    public void deliver(String user, String mailbox, int count, int size) {
        MailboxId id = mailboxes.computeIfAbsent(
                user + "/" + mailbox,
                name -> store.mailboxes()
                        .create(MailboxPath.of(user, mailbox), 1000 + mailboxes.size(), AUTHOR)
                        .id());
        List<NewMessage> batch = new ArrayList<>();
        List<Mail> mails = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] noise = new byte[size / 2];
            random.nextBytes(noise);
            String head =
                    "From: a@example.org\r\nTo: " + user + "@example.org\r\nSubject: " + mailbox + " " + i + "\r\n\r\n";
            byte[] bytes = (head + HexFormat.of().formatHex(noise) + "\r\n").getBytes(StandardCharsets.US_ASCII);
            Instant date = Instant.parse("2026-01-15T10:00:00Z").plus(Duration.ofHours(6L * ledger.size() + 6L * i));
            Flags flags = i % 3 == 0
                    ? Flags.of(Flags.SEEN, Set.of("Work", "$label" + i % 2))
                    : new Flags(i % 2 == 0 ? Flags.FLAGGED : 0, Set.of());
            Digest digest = Durable.digest(bytes);
            MimeSummary mime =
                    new MimeSummary("text", "plain", 1, "<" + ledger.size() + "." + i + "@x>", List.of(), List.of());
            batch.add(new NewMessage(
                    0,
                    null,
                    null,
                    new NewMessage.Body.Bytes(Content.of(bytes), digest),
                    bytes.length,
                    head.length(),
                    digest,
                    mime,
                    date,
                    null,
                    flags));
            mails.add(new Mail(id, bytes, date, flags));
        }
        List<Appended> appended = store.messages().append(id, batch, AUTHOR);
        for (int i = 0; i < count; i++) {
            ledger.put(new Spot(user, mailbox, appended.get(i).uid()), mails.get(i));
        }
    }

    public void flag(String user, String mailbox, List<Long> uids, int bits) {
        store.messages().updateFlags(id(user, mailbox), uids, flags -> flags.with(bits), AUTHOR);
        for (long uid : uids) {
            Spot spot = new Spot(user, mailbox, uid);
            Mail mail = ledger.get(spot);
            ledger.put(
                    spot,
                    new Mail(
                            mail.mailbox(),
                            mail.bytes(),
                            mail.date(),
                            mail.flags().with(bits)));
        }
    }

    public void expunge(String user, String mailbox, List<Long> uids) {
        store.messages().expunge(id(user, mailbox), uids, org.understudy.storage.keyspace.ExpungeReason.USER, AUTHOR);
        uids.forEach(uid -> ledger.remove(new Spot(user, mailbox, uid)));
    }

    public MailboxId id(String user, String mailbox) {
        return mailboxes.get(user + "/" + mailbox);
    }

    /** Closes the store, lets {@code work} use the folder, and opens it again. */
    void whileClosed(ThrowingRunnable work) throws Exception {
        store.close();
        try {
            work.run();
        } finally {
            store = MailStore.open(data().resolve("store"), options());
        }
    }

    interface ThrowingRunnable {
        void run() throws Exception;
    }

    static void copyTree(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : all.toList()) {
                Path target = to.resolve(from.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(path, target);
                    target.toFile().setWritable(true);
                }
            }
        }
    }

    @Override
    public void close() {
        store.close();
    }
}
