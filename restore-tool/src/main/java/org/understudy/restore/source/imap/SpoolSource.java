package org.understudy.restore.source.imap;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.source.BackupSource;
import org.understudy.restore.source.Numbering;
import org.understudy.restore.source.ReadFailure;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.source.SourceMailbox;
import org.understudy.restore.source.SourceOptions;
import org.understudy.restore.source.Witness;
import org.understudy.storage.Content;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import org.understudy.storage.keyspace.Flags;

/** One run of fetching an IMAP account, read from its spool. The network is not touched. */
public final class SpoolSource implements BackupSource {
    private static final DateTimeFormatter INTERNAL_DATE = new DateTimeFormatterBuilder()
            .parseCaseInsensitive()
            .parseLenient()
            .appendPattern("d-MMM-yyyy HH:mm:ss Z")
            .toFormatter(Locale.ENGLISH);

    /** Octets that are checked and held in memory. */
    private static final int HELD = 4 << 20;

    /** One in so many sizes may be wrong before none of the server's is taken as a witness. */
    private static final int WRONG_SIZES = 50;

    private record Named(SpoolBox box, SourceMailbox mailbox) {}

    private final SpoolRun run;
    private final Path folder;
    private final List<Named> named;
    private final boolean taken;
    private final String sizes;

    private SpoolSource(SpoolRun run, SpoolState state, SourceOptions options) {
        this.run = run;
        this.folder = java.util.Objects.requireNonNull(run.file().getParent());
        String user = options.rename(run.user());
        this.taken = options.takes(user);
        this.named = taken ? named(state, user) : List.of();
        this.sizes = sizes(state);
    }

    /**
     * Opens a run's file, or the latest run of a spool's folder.
     *
     * @return nothing if {@code location} is neither
     * @throws OperatorException if no run has ended, the journal is damaged, or options name another user
     */
    public static Optional<BackupSource> find(Path location, SourceOptions options) throws IOException {
        SpoolRun run;
        if (Files.isDirectory(location)) {
            if (!Files.isRegularFile(location.resolve(Spool.ACCOUNT), LinkOption.NOFOLLOW_LINKS)
                    || !Files.isRegularFile(location.resolve(Spool.JOURNAL), LinkOption.NOFOLLOW_LINKS)) {
                return Optional.empty();
            }
            run = SpoolRun.latest(location);
            if (run == null) {
                throw new OperatorException(
                        Reason.SOURCE,
                        location + " holds mail of an IMAP account that was not fetched to its end",
                        "Run the command that fetches it again; it goes on where it stopped.");
            }
        } else {
            run = SpoolRun.read(location.toAbsolutePath());
            if (run == null) {
                return Optional.empty();
            }
        }
        Path journal = java.util.Objects.requireNonNull(run.file().getParent()).resolve(Spool.JOURNAL);
        SpoolJournal.Read read = SpoolJournal.read(journal, run.journalOctets());
        if (read.sound() < run.journalOctets()) {
            throw new OperatorException(
                    Reason.SOURCE,
                    "%s is damaged: octet %,d of the %,d that run %d needs cannot be read"
                            .formatted(journal, read.sound(), run.journalOctets(), run.run()),
                    "Move the folder away and fetch the account again, or read an earlier run of it.");
        }
        SpoolSource source = new SpoolSource(run, read.state(), options);
        for (String only : options.only()) {
            if (!only.equals(options.rename(run.user()))) {
                throw new OperatorException(
                        Reason.NOT_FOUND,
                        "%s is the account of %s, and holds no mail of user %s"
                                .formatted(run.address(), options.rename(run.user()), only),
                        "Name that user, or leave --user out.");
            }
        }
        return Optional.of(source);
    }

    private static List<Named> named(SpoolState state, String user) {
        Map<SpoolBox, String> names = MailboxNaming.names(state.boxes());
        List<Named> named = new ArrayList<>();
        names.forEach((box, name) -> named.add(new Named(box, new SourceMailbox(user, name))));
        named.sort(java.util.Comparator.comparing(Named::mailbox));
        return named;
    }

    /** What is wrong with the sizes that the server states, if they are no witness; else empty. */
    private static String sizes(SpoolState state) {
        long stated = 0;
        long wrong = 0;
        for (SpoolBox box : state.boxes()) {
            for (SpoolEntry entry : box.current.entries().values()) {
                SpoolEntry.Body body = entry.body();
                if (body != null && entry.size() >= 0) {
                    stated++;
                    wrong += entry.size() == body.length() ? 0 : 1;
                }
            }
        }
        return wrong > 2 && wrong > stated / WRONG_SIZES
                ? "the server states %,d of %,d sizes otherwise than it gives messages, so they witness nothing"
                        .formatted(wrong, stated)
                : "";
    }

    @Override
    public Description describe() {
        long messages = 0;
        for (Named one : named) {
            messages += one.box().current.entries().size();
        }
        return new Description(
                "imap",
                run.address(),
                "account %s as of %s, %,d mailbox%s, %,d message%s; run %d of %s%s"
                        .formatted(
                                run.user(),
                                run.at(),
                                named.size(),
                                named.size() == 1 ? "" : "es",
                                messages,
                                messages == 1 ? "" : "s",
                                run.run(),
                                folder,
                                sizes.isEmpty() ? "" : "; " + sizes));
    }

    @Override
    public List<MailboxInfo> mailboxes() {
        return named.stream()
                .filter(one -> !one.box().isNoMailbox() && one.box().listed)
                .map(one -> new MailboxInfo(one.mailbox(), one.box().current.uidValidity(), one.box().subscribed))
                .toList();
    }

    @Override
    public void read(long fromOrdinal, Sink sink) throws IOException {
        Numbering out = new Numbering(fromOrdinal, sink);
        Set<String> elsewhere = new HashSet<>();
        for (Named one : named) {
            if (!one.box().hasAttribute("\\All")) {
                one.box().current.entries().values().stream()
                        .filter(entry -> entry.body() != null && !entry.gone())
                        .forEach(entry -> elsewhere.add(entry.gmail()));
            }
        }
        elsewhere.remove("");
        for (Named one : named) {
            mailbox(one, elsewhere, out);
        }
    }

    private static void mailbox(Named one, Set<String> elsewhere, SpoolSource source, Numbering out)
            throws IOException {
        SpoolBox box = one.box();
        String name = one.mailbox().name();
        if (box.isNoMailbox()) {
            out.give(
                    name,
                    ref -> new SourceItem.Ignored(
                            ref,
                            box.hasAttribute(SpoolBox.FOREIGN)
                                    ? "another user's mailbox, or everybody's; fetch it from its owner's account"
                                    : "a level of names that holds no messages"));
            return;
        }
        Optional<SourceMailbox> some = Optional.of(one.mailbox());
        if (!box.failure.isEmpty()) {
            out.give(
                    name,
                    ref -> new SourceItem.Unreadable(
                            ref, some, "the server does not open this mailbox: " + box.failure));
        }
        for (SpoolBox.Generation generation : box.earlier) {
            for (Map.Entry<Long, SpoolEntry> entry : generation.entries().entrySet()) {
                out.give(
                        "%s/%d of UIDVALIDITY %d".formatted(name, entry.getKey(), generation.uidValidity()),
                        ref -> new SourceItem.Ignored(
                                ref, "of a mailbox that the server has made anew since; its mail was fetched again"));
            }
        }
        for (Map.Entry<Long, SpoolEntry> entry : box.current.entries().entrySet()) {
            source.message(one, entry.getKey(), entry.getValue(), elsewhere, out);
        }
        if (box.unlisted > 0) {
            out.give(
                    name + " (messages that are not listed)",
                    ref -> new SourceItem.Unreadable(
                            ref,
                            some,
                            "the server counts %,d more message%s in this mailbox than it lists"
                                    .formatted(box.unlisted, box.unlisted == 1 ? "" : "s")));
        }
    }

    private void mailbox(Named one, Set<String> elsewhere, Numbering out) throws IOException {
        mailbox(one, elsewhere, this, out);
    }

    private void message(Named one, long uid, SpoolEntry entry, Set<String> elsewhere, Numbering out)
            throws IOException {
        String path = one.mailbox().name() + "/" + uid;
        Instant date = date(entry.date());
        out.give(path + (date == null && entry.body() != null ? " (date of arrival unknown)" : ""), ref -> {
            SpoolEntry.Body body = entry.body();
            if (entry.gone() || !one.box().listed) {
                return new SourceItem.Ignored(ref, "fetched earlier, and no longer on the server in the last run");
            }
            if (body == null) {
                return new SourceItem.Unreadable(ref, Optional.of(one.mailbox()), entry.refused());
            }
            if (one.box().hasAttribute("\\All") && elsewhere.contains(entry.gmail())) {
                return new SourceItem.Duplicate(
                        ref,
                        one.mailbox(),
                        "the same message (X-GM-MSGID " + entry.gmail() + ") is in another mailbox");
            }
            try {
                return new SourceItem.Message(
                        ref,
                        one.mailbox(),
                        uid,
                        date == null ? run.at() : date,
                        flags(entry.flags()),
                        content(folder, body),
                        witnesses(entry));
            } catch (IOException e) {
                return new SourceItem.Unreadable(
                        ref,
                        Optional.of(one.mailbox()),
                        "its copy in %s is damaged: %s"
                                .formatted(folder.resolve(Spool.partName(body.part())), ReadFailure.words(e)));
            }
        });
    }

    private List<Witness> witnesses(SpoolEntry entry) {
        return entry.size() < 0 || !sizes.isEmpty()
                ? List.of()
                : List.of(new Witness.Rfc822Size(entry.size(), run.address()));
    }

    static @Nullable Instant date(String text) {
        try {
            return OffsetDateTime.parse(text.strip(), INTERNAL_DATE).toInstant();
        } catch (DateTimeException e) {
            return null;
        }
    }

    /** A flag that is none of the system's is a keyword, if it can be one; {@code \Recent} is of a session alone. */
    static Flags flags(List<String> words) {
        int system = 0;
        Set<String> keywords = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        for (String word : words) {
            switch (word.toLowerCase(Locale.ROOT)) {
                case "\\answered" -> system |= Flags.ANSWERED;
                case "\\flagged" -> system |= Flags.FLAGGED;
                case "\\deleted" -> system |= Flags.DELETED;
                case "\\seen" -> system |= Flags.SEEN;
                case "\\draft" -> system |= Flags.DRAFT;
                default -> {
                    if (!word.isEmpty()
                            && word.chars().allMatch(c -> c > 0x20 && c < 0x7f && "(){%*\"\\]".indexOf(c) < 0)) {
                        keywords.add(word);
                    }
                }
            }
        }
        return system == 0 && keywords.isEmpty() ? Flags.NONE : Flags.of(system, keywords);
    }

    /** A message's octets, after comparing them with their checksum. */
    static Content content(Path folder, SpoolEntry.Body body) throws IOException {
        Path file = folder.resolve(Spool.partName(body.part()));
        MessageDigest digest = Spool.sha256();
        boolean held = body.length() <= HELD;
        ByteBuffer all = ByteBuffer.allocate((int) (held ? body.length() : 1 << 16));
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            long at = body.offset();
            long end = at + body.length();
            while (at < end) {
                if (!all.hasRemaining()) {
                    digest.update(all.flip());
                    all.clear();
                }
                all.limit((int) Math.min(all.capacity(), all.position() + end - at));
                int n = channel.read(all, at);
                if (n < 0) {
                    throw new IOException("the file ends at octet %,d, before %,d".formatted(at, end));
                }
                at += n;
            }
        }
        digest.update(all.duplicate().flip());
        if (!HexFormat.of().formatHex(digest.digest()).equals(body.sha256())) {
            throw new IOException("octets %,d to %,d are not those that the server sent"
                    .formatted(body.offset(), body.offset() + body.length()));
        }
        return held ? Content.of(all.array()) : new Stored(file, body);
    }

    /** Octets that are too many to hold. */
    private record Stored(Path file, SpoolEntry.Body body) implements Content {
        @Override
        public long size() {
            return body.length();
        }

        @Override
        public InputStream open() throws IOException {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
            channel.position(body.offset());
            return new Limited(Channels.newInputStream(channel), body.length());
        }
    }

    private static final class Limited extends java.io.FilterInputStream {
        private long left;

        Limited(InputStream in, long left) {
            super(in);
            this.left = left;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] to, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (left == 0) {
                return -1;
            }
            int n = super.read(to, offset, (int) Math.min(length, left));
            if (n < 0) {
                throw new IOException("the file became shorter while it was read");
            }
            left -= n;
            return n;
        }
    }

    /** Holds nothing open between calls. */
    @Override
    public void close() {}
}
