package org.understudy.restore.source.imap;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import org.understudy.storage.keyspace.Flags;

/**
 * Reads an account over IMAP and keeps nothing: what it says of its mailboxes, and a digest of each message. Holds one
 * window of messages at a time. Changes nothing on the server: EXAMINE, STATUS and PEEK only. Not thread-safe.
 */
public final class AccountReading implements AutoCloseable {
    /** Messages that one FETCH asks for. */
    private static final int WINDOW = 500;

    private static final Set<String> USES =
            Set.of("\\all", "\\archive", "\\drafts", "\\flagged", "\\junk", "\\sent", "\\trash", "\\important");

    /**
     * A message as the server has it now.
     *
     * @param date INTERNALDATE, or null where it cannot be read
     * @param sha256 of its octets, 64 hexadecimal digits; empty if the server gave none
     */
    public record Read(long uid, Flags flags, @Nullable Instant date, long size, String sha256) {}

    /** Takes messages in UID order. */
    public interface Sink {
        void accept(Read message) throws IOException;
    }

    private final ImapAddress address;
    private final ImapConnection connection;

    private AccountReading(ImapAddress address, ImapConnection connection) {
        this.address = address;
        this.connection = connection;
    }

    /**
     * Logs in.
     *
     * @throws OperatorException if the host, its certificate or the login is at fault
     */
    public static AccountReading open(ImapAddress address, ImapLogin login, ImapSettings settings) throws IOException {
        return new AccountReading(address, ImapConnection.open(address, login, settings));
    }

    /** What the server says of the account now. UIDNEXT is of this moment: messages that arrive later get at least that. */
    public AccountFacts facts() throws IOException {
        Map<String, MailboxListing.Listed> listed = MailboxListing.withUses(connection);
        Set<String> subscribed = MailboxListing.subscribed(connection).keySet();
        boolean access = connection.has("ACL");
        List<AccountFacts.Mailbox> mailboxes = new ArrayList<>();
        for (Map.Entry<SpoolBox, String> each : named(listed, subscribed).entrySet()) {
            if (!each.getKey().isNoMailbox()) {
                mailboxes.add(mailbox(each.getKey(), each.getValue(), access));
            }
        }
        mailboxes.sort(Comparator.comparing(AccountFacts.Mailbox::name));
        return new AccountFacts(connection.greeting(), connection.certificate(), mailboxes, quota(), access);
    }

    private static Map<SpoolBox, String> named(Map<String, MailboxListing.Listed> listed, Set<String> subscribed) {
        List<SpoolBox> boxes = new ArrayList<>();
        new TreeMap<>(listed).values().forEach(one -> {
            SpoolBox box = new SpoolBox(boxes.size() + 1, one.name(), one.delimiter());
            box.attributes = one.attributes();
            box.subscribed = subscribed.contains(one.name());
            boxes.add(box);
        });
        return MailboxNaming.names(boxes);
    }

    private AccountFacts.Mailbox mailbox(SpoolBox box, String name, boolean access) throws IOException {
        Map<String, Long> status = new TreeMap<>();
        String modSeq = connection.has("CONDSTORE") || connection.has("QRESYNC") ? " HIGHESTMODSEQ" : "";
        try {
            connection.command(
                    (wire, number, word) -> {
                        if (word.equals("STATUS")) {
                            wire.value();
                            wire.blanks();
                            pairs(wire.value(), status);
                        }
                    },
                    "STATUS ",
                    new ImapConnection.Argument(box.name),
                    " (MESSAGES UIDNEXT UIDVALIDITY" + modSeq + ")");
        } catch (ImapException.Refused e) {
            status.clear(); // the fetch names it as a mailbox that does not open
        }
        List<String> uses = box.attributes.stream()
                .filter(one -> USES.contains(one.toLowerCase(Locale.ROOT)))
                .toList();
        return new AccountFacts.Mailbox(
                box.name,
                name,
                status.getOrDefault("UIDVALIDITY", 0L),
                status.getOrDefault("UIDNEXT", 0L),
                status.getOrDefault("MESSAGES", 0L),
                status.getOrDefault("HIGHESTMODSEQ", 0L),
                box.subscribed,
                uses,
                access ? access(box.name) : null);
    }

    private static void pairs(Wire.@Nullable Value value, Map<String, Long> to) {
        if (value instanceof Wire.Value.Sequence sequence) {
            List<Wire.@Nullable Value> values = sequence.values();
            for (int i = 0; i + 1 < values.size(); i += 2) {
                String number = MessageAnswer.text(values.get(i + 1));
                if (number.matches("\\d{1,18}")) {
                    to.put(MessageAnswer.text(values.get(i)).toUpperCase(Locale.ROOT), Long.parseLong(number));
                }
            }
        }
    }

    /** Who may do what with a mailbox, or null where the user may not ask. */
    private @Nullable SortedMap<String, String> access(String mailbox) throws IOException {
        SortedMap<String, String> entries = new TreeMap<>();
        try {
            connection.command(
                    (wire, number, word) -> {
                        if (!word.equals("ACL")) {
                            return;
                        }
                        wire.value();
                        wire.blanks();
                        while (!wire.atLineEnd()) {
                            String who = MessageAnswer.text(wire.value());
                            wire.blanks();
                            if (wire.atLineEnd()) {
                                break;
                            }
                            entries.put(who, MessageAnswer.text(wire.value()));
                            wire.blanks();
                        }
                    },
                    "GETACL ",
                    new ImapConnection.Argument(mailbox));
        } catch (ImapException.Refused e) {
            return null;
        }
        return entries;
    }

    private List<String> quota() throws IOException {
        List<String> lines = new ArrayList<>();
        if (!connection.has("QUOTA")) {
            return lines;
        }
        try {
            connection.command(
                    (wire, number, word) -> {
                        if (word.equals("QUOTA")) {
                            lines.add(Wire.shown(wire.rest()));
                        }
                    },
                    "GETQUOTAROOT INBOX");
        } catch (ImapException.Refused e) {
            lines.add("the server does not tell: " + e.getMessage());
        }
        return lines;
    }

    /**
     * Gives all messages of a mailbox, each read to its last octet.
     *
     * @param oldName as the server wrote it
     * @return UIDVALIDITY
     * @throws OperatorException if the server does not open the mailbox
     */
    public long messages(String oldName, Sink sink) throws IOException {
        long[] uidValidity = new long[1];
        long[] uids = new long[0];
        try {
            connection.command(
                    (wire, number, word) -> {
                        if (word.equals("UIDVALIDITY")) {
                            String text = wire.atom();
                            uidValidity[0] = text.matches("\\d{1,10}") ? Long.parseLong(text) : 0;
                        }
                    },
                    "EXAMINE ",
                    new ImapConnection.Argument(oldName));
            uids = uids();
            for (int from = 0; from < uids.length; from += WINDOW) {
                window(Arrays.copyOfRange(uids, from, Math.min(uids.length, from + WINDOW)), sink);
            }
        } catch (ImapException.Refused e) {
            throw new OperatorException(
                    Reason.SOURCE,
                    "%s does not give mailbox %s of %s: %s"
                            .formatted(address.host(), Wire.shown(oldName), address.user(), e.getMessage()),
                    "Look at the mailbox with a mail program on the old side, then run this again.",
                    e);
        }
        return uidValidity[0];
    }

    private long[] uids() throws IOException {
        long[][] found = {new long[0]};
        connection.command(
                (wire, number, word) -> {
                    if (word.equals("SEARCH")) {
                        found[0] = Arrays.stream(wire.rest().strip().split(" +"))
                                .filter(one -> one.matches("\\d{1,10}"))
                                .mapToLong(Long::parseLong)
                                .sorted()
                                .distinct()
                                .toArray();
                    }
                },
                "UID SEARCH ALL");
        return found[0];
    }

    private void window(long[] uids, Sink sink) throws IOException {
        Map<Long, Read> read = new LinkedHashMap<>();
        BodySums sums = new BodySums();
        List<Long> asked = Arrays.stream(uids).boxed().toList();
        connection.command(
                (wire, number, word) -> {
                    if (word.equals("FETCH")) {
                        MessageAnswer answer = MessageAnswer.read(wire, sums);
                        if (answer.uid > 0 && (answer.body != null || answer.nil)) {
                            read.put(answer.uid, of(answer));
                        }
                    }
                },
                "UID FETCH " + MailboxFetch.set(asked) + " (UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[])");
        for (long uid : uids) {
            Read one = read.get(uid);
            if (one != null) {
                sink.accept(one);
            }
        }
    }

    private static Read of(MessageAnswer answer) {
        SpoolEntry.Body body = answer.body;
        return new Read(
                answer.uid,
                SpoolSource.flags(answer.flags),
                SpoolSource.date(answer.date),
                body == null ? 0 : body.length(),
                body == null ? "" : body.sha256());
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }
}
