package org.understudy.restore.loss;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.repository.TakeSnapshot;
import org.understudy.storage.Appended;
import org.understudy.storage.Content;
import org.understudy.storage.MailStore;
import org.understudy.storage.NewMessage;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.Digest;
import org.understudy.storage.keyspace.ExpungeReason;
import org.understudy.storage.keyspace.Family;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.Keys;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MailboxPath;
import org.understudy.storage.keyspace.MimeSummary;

/**
 * A data folder with many users, each with five mailboxes and two years of small messages, whose users expunge, move and
 * rename as they like; and a ledger of what they have, kept apart from all that is under test. Users may be made and live in
 * parallel, each on one thread.
 */
final class Town implements AutoCloseable {
    static final Author USER = new Author.Session("user", "town");
    private static final List<String> NAMES = List.of("INBOX", "Sent", "Archive", "Archive.2025", "Trash");
    private static final Instant FIRST = Instant.parse("2024-06-03T08:00:00Z");
    private static final long MONTH_SECONDS = 30 * 86_400L;
    private static final int MONTHS = 24;

    /** What one message was. */
    record Letter(MailboxId mailbox, long uid, long messageId, Instant date, int size) {
        String month() {
            return YearMonth.from(date.atZone(ZoneOffset.UTC)).toString();
        }
    }

    final Path data;
    private final Clock1 clock = new Clock1();
    private final Map<String, Map<String, MailboxId>> mailboxes = new ConcurrentHashMap<>();
    private final Map<MailboxId, List<Letter>> letters = new ConcurrentHashMap<>();
    private final AtomicLong serial = new AtomicLong();
    MailStore store;

    Town(Path data) throws java.io.IOException {
        this.data = data;
        Files.createDirectories(data);
        open();
    }

    /** A clock that is set by hand. */
    static final class Clock1 extends java.time.Clock {
        private volatile Instant now = Instant.parse("2026-05-27T02:00:00Z");

        @Override
        public java.time.ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public java.time.Clock withZone(java.time.ZoneId zone) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Instant instant() {
            return now;
        }
    }

    void at(Instant now) {
        clock.now = now;
    }

    void open() {
        store = MailStore.open(data.resolve("store"), new MailStore.Options(128L << 20, clock));
    }

    Workplace workplace() {
        return new Workplace(store, data, data.resolve("repository"), clock);
    }

    String snapshot() throws InterruptedException {
        return new TakeSnapshot()
                .run(new TakeSnapshot.Request(false), workplace(), Progress.SILENT)
                .id();
    }

    LossReport loss() throws InterruptedException {
        return new FindLoss().run(FindLoss.Request.all(), workplace(), Progress.SILENT);
    }

    /** A user with all mailboxes, subscribed, and {@code perMailbox} messages in each. */
    void user(String user, int perMailbox) {
        store.accounts().add(user, "$argon2id$none", USER);
        Map<String, byte[]> subscriptions = new LinkedHashMap<>();
        Random random = new Random(user.hashCode());
        for (String name : NAMES) {
            MailboxId id = mailbox(user, name);
            subscriptions.put(name, new byte[0]);
            List<Instant> dates = new ArrayList<>();
            for (int i = 0; i < perMailbox; i++) {
                dates.add(FIRST.plusSeconds(
                        (long) ((MONTHS - 0.1) * MONTH_SECONDS / perMailbox * (i + random.nextDouble()))));
            }
            deliver(user, name, dates);
            letters.computeIfAbsent(id, key -> new ArrayList<>());
        }
        store.subscriptions().write(user, subscriptions, USER);
    }

    MailboxId mailbox(String user, String name) {
        return mailboxes
                .computeIfAbsent(user, key -> new TreeMap<>())
                .computeIfAbsent(
                        name,
                        key -> store.mailboxes()
                                .create(MailboxPath.of(user, name), 1_700_000_000L, USER)
                                .id());
    }

    List<Letter> deliver(String user, String name, List<Instant> dates) {
        MailboxId id = mailbox(user, name);
        List<NewMessage> batch = new ArrayList<>();
        for (Instant date : dates) {
            batch.add(message(user, date));
        }
        List<Letter> came = new ArrayList<>();
        List<Appended> appended = store.messages().append(id, batch, USER);
        for (int i = 0; i < appended.size(); i++) {
            came.add(new Letter(
                    id, appended.get(i).uid(), appended.get(i).messageId().value(), dates.get(i), (int)
                            batch.get(i).size()));
        }
        letters.computeIfAbsent(id, key -> new ArrayList<>()).addAll(came);
        return came;
    }

    NewMessage message(String user, Instant date) {
        long number = serial.incrementAndGet();
        Random random = new Random(number);
        StringBuilder text = new StringBuilder(600);
        text.append("From: someone@example.org\r\nTo: ")
                .append(user)
                .append("\r\nSubject: number ")
                .append(number);
        text.append("\r\nMessage-ID: <").append(number).append("@town>\r\n\r\n");
        int head = text.length();
        for (int words = 20 + random.nextInt(60); words > 0; words--) {
            text.append(Integer.toString(random.nextInt(60_000), 36)).append(words % 9 == 0 ? "\r\n" : " ");
        }
        byte[] bytes = text.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII);
        Digest digest = Digest.of(Digest.sha256().digest(bytes));
        return new NewMessage(
                0,
                null,
                null,
                new NewMessage.Body.Bytes(Content.of(bytes), digest),
                bytes.length,
                head,
                digest,
                new MimeSummary("text", "plain", 8, "<" + number + "@town>", List.of(), List.of()),
                date,
                null,
                random.nextInt(3) == 0 ? Flags.NONE : Flags.of(Flags.SEEN, java.util.Set.of()));
    }

    List<Letter> letters(String user, String name) {
        return letters.get(mailbox(user, name));
    }

    List<Letter> letters(String user) {
        return mailboxes.get(user).values().stream()
                .flatMap(id -> letters.get(id).stream())
                .toList();
    }

    /** The name of a letter's mailbox as its user sees it. */
    String name(Letter letter) {
        return store.mailboxes().find(letter.mailbox()).orElseThrow().path().name();
    }

    /** What users do of an ordinary week: some mail expunged, some moved, now and then a mailbox renamed or deleted. */
    void live(String user, int number) {
        List<Letter> inbox = letters(user, "INBOX");
        expunge(some(inbox, 8), ExpungeReason.USER);
        move(some(inbox, 6), mailbox(user, "Archive"));
        List<Letter> trash = move(some(letters(user, "Sent"), 5), mailbox(user, "Trash"));
        expunge(some(trash, 2), ExpungeReason.USER);
        if (number % 7 == 0) {
            store.mailboxes().rename(mailbox(user, "Archive.2025"), MailboxPath.of(user, "Archive.Old"), USER);
        }
        if (number % 11 == 0) {
            MailboxId id = mailbox(user, "Trash");
            store.mailboxes().delete(id, USER);
            mailboxes.get(user).remove("Trash");
            letters.remove(id);
        }
        if (number % 5 == 0) {
            store.messages().updateFlags(mailbox(user, "Sent"), 1, 5, flags -> flags.with(Flags.FLAGGED), USER);
        }
    }

    private List<Letter> some(List<Letter> of, int oneIn) {
        return of.stream().filter(letter -> letter.uid() % oneIn == 0).toList();
    }

    void expunge(List<Letter> which, ExpungeReason reason) {
        if (!which.isEmpty()) {
            MailboxId id = which.get(0).mailbox();
            store.messages()
                    .expunge(
                            id,
                            which.stream().map(Letter::uid).toList(),
                            reason,
                            reason == ExpungeReason.ADMIN ? new Author.Housekeeping("clean-up") : USER);
            letters.get(id).removeAll(which);
        }
    }

    List<Letter> move(List<Letter> which, MailboxId to) {
        if (which.isEmpty()) {
            return List.of();
        }
        MailboxId from = which.get(0).mailbox();
        List<Appended> at = store.messages()
                .move(from, which.stream().map(Letter::uid).toList(), to, USER)
                .to();
        List<Letter> moved = new ArrayList<>();
        for (int i = 0; i < which.size(); i++) {
            Letter was = which.get(i);
            moved.add(new Letter(to, at.get(i).uid(), was.messageId(), was.date(), was.size()));
        }
        letters.get(from).removeAll(which);
        letters.get(to).addAll(moved);
        return moved;
    }

    /** How much of a message's rows goes. */
    enum Damage {
        /** The rows of the message, its flags and its place; the change log stays, as when one table is lost. */
        ROWS,
        /** Only the row of the message. */
        FACTS,
        /** All of it, the change log and the counters of the mailbox too. */
        EVERYTHING
    }

    /** Cuts messages out of the closed store. */
    void cut(HoleCutter cutter, List<Letter> which, Damage damage) {
        Map<Family, List<byte[]>> rows = new EnumMap<>(Family.class);
        for (Letter letter : which) {
            byte[] key = Keys.message(letter.mailbox(), letter.uid());
            add(rows, Family.MESSAGE, key);
            if (damage != Damage.FACTS) {
                add(rows, Family.FLAG_OVERRIDE, key);
                add(
                        rows,
                        Family.PLACE,
                        Keys.place(
                                new org.understudy.storage.keyspace.MessageId(letter.messageId()),
                                letter.mailbox(),
                                letter.uid()));
            }
        }
        cutter.delete(rows);
        if (damage == Damage.EVERYTHING) {
            which.stream().map(Letter::mailbox).distinct().forEach(id -> {
                byte[] prefix = Keys.mailbox(id);
                cutter.deleteWhere(Family.CHANGE, (key, value) -> startsWith(key, prefix));
                cutter.delete(Family.STATE, prefix);
            });
        }
    }

    static boolean startsWith(byte[] key, byte[] prefix) {
        return java.util.Arrays.equals(key, 0, Math.min(key.length, prefix.length), prefix, 0, prefix.length);
    }

    private static void add(Map<Family, List<byte[]>> rows, Family family, byte[] key) {
        rows.computeIfAbsent(family, f -> new ArrayList<>()).add(key);
    }

    interface Work {
        void on(HoleCutter cutter);
    }

    /** Does something to the store behind its back. */
    void behindItsBack(Work work) {
        store.close();
        try (HoleCutter cutter = new HoleCutter(data.resolve("store"))) {
            work.on(cutter);
        }
        open();
    }

    @Override
    public void close() {
        store.close();
    }
}
