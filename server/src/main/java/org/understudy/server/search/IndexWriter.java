package org.understudy.server.search;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.understudy.storage.MailStore;
import org.understudy.storage.MessageColumns;
import org.understudy.storage.engine.SideTable;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MailboxRow;

/** Brings the index up to date, a mailbox at a time. For one thread. */
final class IndexWriter {
    private static final int WINDOW = 64;

    /** Of messages whose bodies the index has, as copies, a step takes so many. */
    private static final int MOST_SEEN = 8_192;

    private static final long BATCH_OCTETS = 4L << 20;

    /** A message with more text stays out of the index; searches read it. */
    private static final int MOST_TEXT = 8 << 20;

    private static final long MAX_UID = 0xFFFF_FFFFL;

    private final MailStore store;
    private final Extraction extraction;
    private final SearchIndex index;
    private final Postings.Gatherer gatherer = new Postings.Gatherer();
    private int nextOwner;

    IndexWriter(MailStore store, Extraction extraction, SearchIndex index) {
        this.store = store;
        this.extraction = extraction;
        this.index = index;
        nextOwner = 1;
        index.table().scan(IndexKeys.owners(), IndexKeys.after(IndexKeys.owners()), (key, value) -> {
            nextOwner = Math.max(nextOwner, ByteBuffer.wrap(value).getInt() + 1);
            return true;
        });
    }

    /**
     * A step forward.
     *
     * @param messages that were looked at
     * @param unreadable of them, which stay out of the index
     * @param done whether nothing is left of the mailbox
     */
    record Step(long messages, long unreadable, boolean done) {}

    /** Indexes the next messages of a mailbox, some 4 MiB of text at most, or a single larger message. */
    Step step(MailboxId mailbox) {
        Optional<MailboxRow> row = store.mailboxes().find(mailbox).filter(MailboxRow::live);
        if (row.isEmpty()) {
            return new Step(0, 0, true);
        }
        int owner = owner(row.get().path().namespace(), row.get().path().owner());
        long from = index.mark(mailbox.value())
                .filter(mark -> mark.owner() == owner)
                .map(SearchIndex.Mark::nextUid)
                .orElse(1L);
        long end = store.mailboxes().state(mailbox).uidNext();
        if (from >= end) {
            return new Step(0, 0, true);
        }
        OwnerDirectory known = index.directory(owner);
        SortedSet<Long> added = new TreeSet<>();
        long unreadable = 0;
        long seen = 0;
        long next = from;
        try (SideTable.Batch batch = new SideTable.Batch()) {
            while (next < end && seen < MOST_SEEN && added.size() < WINDOW && batch.octets() < BATCH_OCTETS) {
                MessageColumns messages = window(mailbox, next, end);
                int at = 0;
                for (; at < messages.size() && batch.octets() < BATCH_OCTETS; at++) {
                    unreadable += add(owner, messages, at, known, added, batch) ? 0 : 1;
                }
                seen += at;
                next = at == messages.size() && at < WINDOW ? end : messages.uid(at - 1) + 1;
            }
            batch.put(IndexKeys.mark(mailbox.value()), SearchIndex.encode(new SearchIndex.Mark(owner, next)));
            index.table().write(batch);
        }
        if (!added.isEmpty()) {
            index.changed(known.plus(added.stream().mapToLong(Long::longValue).toArray()));
            if (known.waiting() + added.size() >= Postings.SEGMENT) {
                seal(owner);
            }
        }
        return new Step(seen, unreadable, next >= end);
    }

    /** Adds a message, unless the index has its body; answers false if it cannot be read, and stays out. */
    private boolean add(
            int owner, MessageColumns messages, int at, OwnerDirectory known, Set<Long> added, SideTable.Batch batch) {
        long body = messages.body(at);
        if (known.has(body) || added.contains(body)) {
            return true;
        }
        MailText text = extraction.read(body, messages.headerOctets(at), true);
        if (text != null && text.body().length <= MOST_TEXT) {
            added.add(body);
            batch.put(IndexKeys.header(owner, body), SearchIndex.encodeHeader(text))
                    .put(IndexKeys.text(owner, body), text.body())
                    .put(IndexKeys.waiting(owner, body), new byte[0]);
        }
        return text != null;
    }

    /** The first messages from a UID on. */
    private MessageColumns window(MailboxId mailbox, long from, long end) {
        MessageColumns messages = new MessageColumns(WINDOW);
        long width = WINDOW;
        for (long low = from; low < end && messages.size() < WINDOW; low += width, width *= 4) {
            store.messages().columns(mailbox, low, Math.min(Math.min(low + width, end) - 1, MAX_UID), messages);
        }
        return messages;
    }

    private int owner(String namespace, String owner) {
        int known = index.owner(namespace, owner);
        if (known >= 0) {
            return known;
        }
        int given = nextOwner++;
        try (SideTable.Batch batch = new SideTable.Batch()) {
            index.table()
                    .write(batch.put(
                            IndexKeys.owner(namespace, owner),
                            ByteBuffer.allocate(4).putInt(given).array()));
        }
        return given;
    }

    /** Makes segments of bodies that wait, the lowest ids first. */
    private void seal(int owner) {
        List<Long> waiting = new ArrayList<>();
        byte[] first = IndexKeys.waiting(owner, 0);
        index.table().scan(first, IndexKeys.after(Arrays.copyOf(first, 5)), (key, value) -> {
            waiting.add(IndexKeys.body(key));
            return waiting.size() < Postings.SEGMENT;
        });
        if (waiting.size() < Postings.SEGMENT) {
            return;
        }
        OwnerDirectory known = index.directory(owner);
        int segment = known.segments();
        long[] bodies = waiting.stream().mapToLong(Long::longValue).toArray();
        List<MailHeader> headers = new ArrayList<>(bodies.length);
        for (int i = 0; i < bodies.length; i++) {
            SearchIndex.HeaderRow row = index.header(owner, bodies[i]);
            byte[] text = index.text(owner, bodies[i]);
            if (row == null || text == null) {
                throw new IllegalStateException("a row of the search index is missing");
            }
            headers.add(row.header());
            gatherer.message(i, List.of(row.fields(), text));
        }
        try (SideTable.Batch batch = new SideTable.Batch()) {
            byte[][] groups = gatherer.groups();
            for (int group = 0; group < groups.length; group++) {
                if (groups[group] != null) {
                    batch.put(IndexKeys.postings(owner, segment, group), groups[group]);
                }
            }
            for (IndexKeys.Column column : IndexKeys.Column.values()) {
                batch.put(IndexKeys.column(owner, segment, column), column(column, headers));
            }
            for (long body : bodies) {
                batch.delete(IndexKeys.waiting(owner, body));
            }
            batch.put(IndexKeys.segment(owner, segment), SearchIndex.encode(bodies));
            index.table().write(batch);
        }
        index.changed(known.sealed(bodies));
    }

    private static byte[] column(IndexKeys.Column column, List<MailHeader> headers) {
        return switch (column) {
            case SUBJECT -> Segment.field(headers, Criterion.Field.SUBJECT);
            case FROM -> Segment.field(headers, Criterion.Field.FROM);
            case TO -> Segment.field(headers, Criterion.Field.TO);
            case CC -> Segment.field(headers, Criterion.Field.CC);
            case BCC -> Segment.field(headers, Criterion.Field.BCC);
            case SENT_DAY -> Segment.sentDays(headers);
            case FACTS -> Segment.facts(headers);
        };
    }
}
