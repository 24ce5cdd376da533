package org.understudy.server.imap.fetch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.james.imap.api.process.ImapProcessor.Responder;
import org.apache.james.imap.api.process.SelectedMailbox;
import org.apache.james.mailbox.MessageUid;
import org.jspecify.annotations.Nullable;
import org.understudy.server.imap.fetch.FetchItems.Fact;
import org.understudy.server.imap.reply.DirectResponse;
import org.understudy.storage.CorruptionException;
import org.understudy.storage.MailStore;
import org.understudy.storage.Sweep;
import org.understudy.storage.keyspace.BodyId;
import org.understudy.storage.keyspace.FlagCodec;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.Keys;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MessageRow;
import org.understudy.storage.keyspace.StructureCodec;
import org.understudy.storage.mime.MessageStructure;
import org.understudy.storage.mime.Part;
import org.understudy.storage.mime.PlainBody;

/**
 * One FETCH over the messages of the selected mailbox, in UID order. Lines are gathered and sent when there are 32 KiB of
 * them; literals up to 4 KiB are lines like others, larger ones go to the client as they lie. Used once.
 */
final class FetchPass {
    /** Sets {@code \Seen} in one effect and tells other sessions. */
    interface Marking {
        /** @return the new MODSEQ of each of them that is still there, by UID */
        Map<Long, Long> seen(List<Long> uids);
    }

    private static final int FULL = 32 << 10;
    private static final int SMALL_LITERAL = 4 << 10;
    private static final byte[] FETCH = Line.ascii(" FETCH (");
    private static final byte[] END = Line.ascii(")\r\n");
    private static final byte[] NIL = Line.ascii("NIL");

    private final MailStore store;
    private final MailboxId mailbox;
    private final FetchItems items;
    private final Responder responder;
    private final @Nullable Marking marking;
    private final boolean condstore;
    private final LargeBodies large;
    private final MessageNumbers numbers;
    private final long[] recent;
    private final Sweep sweep;
    private final Sweep.Rows rows;
    private final boolean uid;
    private final boolean flags;
    private final boolean modSeq;
    private final Line line = new Line();
    private final FlagOctets flagOctets = new FlagOctets();
    private final Dates dates = new Dates();
    private final List<Long> damaged = new ArrayList<>();
    private final List<Long> markedDamaged = new ArrayList<>();
    private final SortedMap<Long, byte[]> mended = new TreeMap<>();
    private final Map<Long, BodyId> mendedBodies = new HashMap<>();
    /** Where the line was when a literal ended: what stands before is content, whatever it looks like. */
    private int literalEnd = -1;

    private boolean undecodable;
    private long answered;

    /**
     * @param marking null where {@code \Seen} stays as it is
     * @param condstore whether the session has CONDSTORE enabled, so that changed flags come with their MODSEQ
     */
    FetchPass(
            MailStore store,
            MailboxId mailbox,
            FetchItems items,
            SelectedMailbox selected,
            Responder responder,
            @Nullable Marking marking,
            boolean condstore,
            LargeBodies large) {
        this.store = store;
        this.mailbox = mailbox;
        this.items = items;
        this.responder = responder;
        this.marking = marking;
        this.condstore = condstore;
        this.large = large;
        numbers = new MessageNumbers(selected);
        recent = selected.getRecent().stream()
                .mapToLong(MessageUid::asLong)
                .sorted()
                .toArray();
        sweep = store.sweep();
        boolean messages = items.needsMessages();
        boolean structures = items.needsStructures();
        rows = messages || structures ? structures ? Sweep.Rows.BOTH : Sweep.Rows.MESSAGES : Sweep.Rows.FLAGS;
        uid = items.facts().contains(Fact.UID);
        flags = items.facts().contains(Fact.FLAGS);
        modSeq = items.facts().contains(Fact.MODSEQ);
    }

    /** Answers the messages of {@code uids} that the session knows. */
    void run(UidRuns uids) {
        for (long[] run : uids.runs()) {
            long from = run[0];
            while (from <= run[1]) {
                from = window(from, run[1]);
            }
        }
        flush();
    }

    /** UIDs that could not be answered since rows or bodies cannot be read. */
    List<Long> damaged() {
        return damaged;
    }

    /** Those of {@link #damaged()} that were marked as seen before. */
    List<Long> markedDamaged() {
        return markedDamaged;
    }

    /** Whether a part was left out since its transfer encoding cannot be undone. */
    boolean undecodable() {
        return undecodable;
    }

    /** How many messages were met, answered or damaged. */
    long met() {
        return answered + damaged.size();
    }

    private long window(long from, long to) {
        Sweep.Window window;
        try {
            window = sweep.next(mailbox, from, to, rows);
        } catch (CorruptionException e) {
            long next = (from / FlagCodec.CHUNK_UIDS + 1) * FlagCodec.CHUNK_UIDS;
            for (long at = from; at < next && at <= to; at++) {
                if (numbers.of(at) > 0) {
                    damaged.add(at);
                }
            }
            return next;
        }
        Map<Long, Long> marked = mark(window);
        for (int i = 0; i < window.size(); i++) {
            long newModSeq = marked.getOrDefault(window.uid(i), 0L);
            if (Math.max(window.modSeq(i), newModSeq) > items.changedSince()) {
                int number = numbers.of(window.uid(i));
                if (number > 0) {
                    one(window, i, number, newModSeq);
                }
            }
        }
        mend();
        return window.next();
    }

    private Map<Long, Long> mark(Sweep.Window window) {
        Marking seen = marking;
        if (seen == null) {
            return Map.of();
        }
        List<Long> unseen = new ArrayList<>();
        for (int i = 0; i < window.size(); i++) {
            boolean wanted = window.modSeq(i) > items.changedSince() && numbers.of(window.uid(i)) > 0;
            if (wanted && (window.bits(i) & Flags.SEEN) == 0) {
                unseen.add(window.uid(i));
            }
        }
        return unseen.isEmpty() ? Map.of() : seen.seen(unseen);
    }

    private void one(Sweep.Window window, int i, int number, long newModSeq) {
        int begin = line.length();
        literalEnd = -1;
        BodyOctets body = null;
        try {
            byte[] message = window.message(i);
            if (rows != Sweep.Rows.FLAGS && !MessageRow.isWhole(message)) {
                throw unreadable(window, i);
            }
            line.put('*').put(' ').number(number).put(FETCH);
            boolean marked = newModSeq > 0;
            if (modSeq || marked && condstore) {
                line.put(MODSEQ)
                        .number(marked ? newModSeq : window.modSeq(i))
                        .put(')')
                        .put(' ');
            }
            if (flags || marked) {
                int added = (isRecent(window.uid(i)) ? Flags.RECENT : 0) | (marked ? Flags.SEEN : 0);
                line.put(flagOctets.of(window, i, added)).put(' ');
            }
            if (message != null) {
                facts(window, i, message);
            } else if (uid) {
                line.put(UID).number(window.uid(i)).put(' ');
            }
            if (!items.sections().isEmpty() && message != null) {
                body = BodyOctets.read(
                        store.bodies(), new BodyId(MessageRow.body(message)), MessageRow.size(message), large);
                sections(window, i, message, body);
            }
            if (message != null) {
                objects(message);
            }
            if (endsWithBlank()) {
                line.cut(line.length() - 1);
            }
            line.put(END);
            answered++;
            if (line.length() >= FULL) {
                flush();
            }
        } catch (CorruptionException e) {
            line.cut(begin);
            damaged.add(window.uid(i));
            if (newModSeq > 0) {
                markedDamaged.add(window.uid(i));
            }
        } finally {
            if (body != null) {
                body.close();
            }
        }
    }

    private CorruptionException unreadable(Sweep.Window window, int i) {
        CorruptionException fault = window.fault();
        return fault != null
                ? fault
                : new CorruptionException(
                        "message",
                        java.util.HexFormat.of().formatHex(Keys.message(mailbox, window.uid(i))),
                        "flags without a message, UID " + window.uid(i),
                        null);
    }

    private boolean isRecent(long one) {
        return recent.length > 0 && Arrays.binarySearch(recent, one) >= 0;
    }

    /** In the order of {@link Fact}, each with a blank behind. */
    private void facts(Sweep.Window window, int i, byte[] message) {
        if (items.facts().contains(Fact.INTERNALDATE)) {
            line.put(INTERNALDATE);
            dates.write(MessageRow.internalDate(message), line);
            line.put(' ');
        }
        if (items.facts().contains(Fact.SIZE)) {
            line.put(SIZE).number(MessageRow.size(message)).put(' ');
        }
        boolean envelope = items.facts().contains(Fact.ENVELOPE);
        boolean plain = items.facts().contains(Fact.BODY);
        boolean structure = items.facts().contains(Fact.BODYSTRUCTURE);
        if (envelope || plain || structure) {
            byte[] row = structureRow(window, i, message);
            int middle = StructureCodec.envelopeEnd(row);
            int end = StructureCodec.structureEnd(row);
            if (envelope) {
                line.put(ENVELOPE).put(row, StructureCodec.ENVELOPE, middle).put(' ');
            }
            if (plain) {
                line.put(BODY)
                        .put(PlainBody.of(Arrays.copyOf(row, end), middle))
                        .put(' ');
            }
            if (structure) {
                line.put(BODYSTRUCTURE).put(row, middle, end).put(' ');
            }
        }
        if (uid) {
            line.put(UID).number(window.uid(i)).put(' ');
        }
    }

    private void objects(byte[] message) {
        if (items.facts().contains(Fact.EMAILID)) {
            blank();
            line.put(EMAILID).number(MessageRow.messageId(message)).put(')').put(' ');
        }
        if (items.facts().contains(Fact.THREADID)) {
            blank();
            line.put(THREADID).number(MessageRow.threadId(message)).put(')').put(' ');
        }
        if (items.facts().contains(Fact.SAVEDATE)) {
            blank();
            line.put(SAVEDATE);
            long saved = MessageRow.savedAt(message);
            if (saved == Long.MIN_VALUE) {
                line.put(NIL);
            } else {
                dates.write(saved, line);
            }
            line.put(' ');
        }
    }

    private void blank() {
        if (!endsWithBlank() && (line.length() == literalEnd || line.octets()[line.length() - 1] != '(')) {
            line.put(' ');
        }
    }

    private boolean endsWithBlank() {
        return line.length() != literalEnd && line.octets()[line.length() - 1] == ' ';
    }

    /** The structure's row, or one made of the body where there is none that is sound. */
    private byte[] structureRow(Sweep.Window window, int i, byte[] message) {
        byte[] row = window.structure(i);
        if (row != null && StructureCodec.isWhole(row)) {
            return row;
        }
        BodyId body = new BodyId(MessageRow.body(message));
        byte[] made = StructureCodec.encode(store.structures().read(body, MessageRow.size(message)));
        mended.put(window.uid(i), made);
        mendedBodies.put(window.uid(i), body);
        return made;
    }

    private Part parts(Sweep.Window window, int i, byte[] message) {
        byte[] row = structureRow(window, i, message);
        try {
            return StructureCodec.decode(Keys.message(mailbox, window.uid(i)), row)
                    .root();
        } catch (CorruptionException damagedRow) {
            MessageStructure read =
                    store.structures().read(new BodyId(MessageRow.body(message)), MessageRow.size(message));
            mended.put(window.uid(i), StructureCodec.encode(read));
            mendedBodies.put(window.uid(i), new BodyId(MessageRow.body(message)));
            return read.root();
        }
    }

    private void sections(Sweep.Window window, int i, byte[] message, BodyOctets body) {
        Part root = null;
        List<SectionOctets> found = new ArrayList<>(items.sections().size());
        for (Section section : items.sections()) {
            boolean whole = section.what() == Section.What.ALL && section.path().length == 0;
            if (!whole && root == null) {
                root = parts(window, i, message);
            }
            found.add(SectionOctets.of(section, whole ? null : root, body));
        }
        // The last that may fail: what follows sends.
        boolean[] nul = new boolean[found.size()];
        for (int s = 0; s < nul.length; s++) {
            nul[s] = items.sections().get(s).what() == Section.What.DECODED
                    && found.get(s) instanceof SectionOctets.Range(long from, long to)
                    && holdsNul(body.copy(from, to));
        }
        for (int s = 0; s < found.size(); s++) {
            Section section = items.sections().get(s);
            switch (found.get(s)) {
                case SectionOctets.Range(long from, long to) -> range(section, from, to, nul[s], body);
                case SectionOctets.Made(byte[] octets) -> made(section, octets);
                case SectionOctets.Nothing() ->
                    label(section).put(section.what() == Section.What.DECODED_SIZE ? ZERO : NIL);
                case SectionOctets.Undecodable() -> undecodable = true;
            }
        }
    }

    private Line label(Section section) {
        blank();
        line.put(Line.ascii(section.label()));
        if (section.partial() != null) {
            line.put('<').number(section.partial().first()).put('>');
        }
        return line.put(' ');
    }

    private void range(Section section, long from, long to, boolean nul, BodyOctets body) {
        if (section.what() == Section.What.DECODED_SIZE) {
            label(section).number(to - from);
            return;
        }
        Section.Partial partial = section.partial();
        long first = partial == null ? from : from + Math.min(partial.first(), to - from);
        long end = partial == null ? to : first + Math.min(partial.count(), to - first);
        label(section);
        if (nul) {
            line.put('~');
        }
        line.put('{').number(end - first).put('}').put('\r').put('\n');
        if (end - first <= SMALL_LITERAL) {
            body.copy(first, end, line);
        } else {
            respond(out -> {
                out.write(line.octets(), 0, line.length());
                body.send(first, end, out);
            });
            line.clear();
        }
        literalEnd = line.length();
    }

    private void made(Section section, byte[] octets) {
        if (section.what() == Section.What.DECODED_SIZE) {
            label(section).number(octets.length);
            return;
        }
        Section.Partial partial = section.partial();
        int first = partial == null ? 0 : (int) Math.min(partial.first(), octets.length);
        int end = partial == null ? octets.length : first + (int) Math.min(partial.count(), octets.length - first);
        byte[] part = Arrays.copyOfRange(octets, first, end);
        label(section);
        if (section.what() == Section.What.DECODED && holdsNul(part)) {
            line.put('~');
        }
        line.put('{').number(part.length).put('}').put('\r').put('\n').put(part);
        literalEnd = line.length();
    }

    private static boolean holdsNul(byte[] octets) {
        for (byte octet : octets) {
            if (octet == 0) {
                return true;
            }
        }
        return false;
    }

    private void mend() {
        if (!mended.isEmpty()) {
            store.structures().mend(mailbox, mended, mendedBodies);
            mended.clear();
            mendedBodies.clear();
        }
    }

    private void flush() {
        if (line.length() > 0) {
            respond(out -> out.write(line.octets(), 0, line.length()));
            line.clear();
        }
    }

    private void respond(DirectResponse response) {
        responder.respond(response);
    }

    /** The UIDs in words for a client. */
    static String words(List<Long> uids) {
        return (uids.size() == 1 ? "UID " : "UIDs ") + UidRuns.of(new TreeSet<>(uids));
    }

    private static final byte[] MODSEQ = Line.ascii("MODSEQ (");
    private static final byte[] UID = Line.ascii("UID ");
    private static final byte[] INTERNALDATE = Line.ascii("INTERNALDATE ");
    private static final byte[] SIZE = Line.ascii("RFC822.SIZE ");
    private static final byte[] ENVELOPE = Line.ascii("ENVELOPE ");
    private static final byte[] BODY = Line.ascii("BODY ");
    private static final byte[] BODYSTRUCTURE = Line.ascii("BODYSTRUCTURE ");
    private static final byte[] EMAILID = Line.ascii("EMAILID (");
    private static final byte[] THREADID = Line.ascii("THREADID (");
    private static final byte[] SAVEDATE = Line.ascii("SAVEDATE ");
    private static final byte[] ZERO = Line.ascii("0");
}
