package org.understudy.restore.copies;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.inspect.Inspection;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.source.BackupSource;
import org.understudy.restore.source.ItemRef;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.source.SourceMailbox;

/**
 * Several sources given as one: all items of the main source, then those of the others, each in its source's order.
 *
 * <p>A message is given once, where its first source has it, with mailbox, UID, date and flags of there and the bytes of
 * the best copy. Copies of it in later sources are {@link SourceItem.Duplicate}. What the first source cannot read is a
 * duplicate there, and is given where the best copy lies. So every item of every source is given under one ordinal; over
 * unchanged sources the ordinals, and what lies under them, are the same at each reading.
 *
 * <p>All sources are inspected and compared before the first item is given, again at each opening.
 */
public final class BestOfSources implements BackupSource {
    private static final int SOURCE_SHIFT = 32;

    private final List<Comparison.Other> members;
    private final Inspection inspection;
    private final List<Partners> indexed = new ArrayList<>();
    private final List<Long> items = new ArrayList<>();
    /** What cannot be read, by the copy that is given for it; both as {@link #number}. */
    private final Map<Long, Long> recovers = new TreeMap<>();

    private final Map<Long, Long> recovered = new TreeMap<>();
    private boolean prepared;

    /** @param members the main source first; closed with this */
    public BestOfSources(List<Comparison.Other> members, Inspection inspection) {
        if (members.size() < 2) {
            throw new IllegalArgumentException("the best of several sources, got " + members.size());
        }
        this.members = List.copyOf(members);
        this.inspection = inspection;
    }

    @Override
    public Description describe() {
        List<Description> all =
                members.stream().map(member -> member.source().describe()).toList();
        return new Description(
                all.stream().map(Description::kind).collect(Collectors.joining("+")),
                all.getFirst().location(),
                "best copy of " + members.size() + " sources: "
                        + all.stream()
                                .map(one -> one.location() + " (" + one.details() + ")")
                                .collect(Collectors.joining("; ")));
    }

    @Override
    public List<MailboxInfo> mailboxes() throws IOException {
        return List.copyOf(infos().values());
    }

    /** By name; the first source that has a mailbox says what is known of it. */
    private Map<SourceMailbox, MailboxInfo> infos() throws IOException {
        Map<SourceMailbox, MailboxInfo> infos = new TreeMap<>();
        for (Comparison.Other member : members) {
            for (MailboxInfo info : member.source().mailboxes()) {
                infos.putIfAbsent(info.mailbox(), info);
            }
        }
        return infos;
    }

    /**
     * Inspects and compares the sources, unless that is done.
     *
     * @throws InterruptedIOException if the thread was interrupted; its interrupt status is set
     */
    public void prepare(Progress progress) throws IOException {
        if (prepared) {
            return;
        }
        closeIndexes();
        for (Comparison.Other member : members) {
            CopyIndex.Built built = CopyIndex.of(indexed.size(), member.source(), inspection, progress);
            indexed.add(new Partners(built.index(), member.name()));
            items.add(built.summary().items());
            if (!built.summary().complete()) {
                throw new InterruptedIOException("interrupted while the sources were inspected");
            }
        }
        progress.begin(
                "comparing",
                indexed.stream().mapToLong(one -> one.index().size()).sum(),
                "messages");
        long done = 0;
        for (int source = 0; source < indexed.size(); source++) {
            CopyIndex index = indexed.get(source).index();
            for (int entry = 0; entry < index.size(); entry++) {
                if (!index.isHeld(entry)) {
                    compare(source, entry);
                }
                progress.advance(++done, 0);
            }
        }
        prepared = true;
    }

    private void compare(int source, int entry) throws IOException {
        List<Copy> copies = Jury.ofOneMessage(
                copies(source, entry, indexed.get(source).index().entry(entry)));
        for (Partners later : indexed.subList(source + 1, indexed.size())) {
            later.hold(copies, number(source, entry));
        }
        if (copies.size() > 1 && copies.getFirst().entry().message() == null) {
            Judgement judgement = Jury.judge(copies);
            Copy best = judgement.bestHeard().copy();
            if (judgement.best() != 0
                    && recovers.putIfAbsent(number(best.entry().source(), best.number()), number(source, entry))
                            == null) {
                recovered.put(number(source, entry), number(best.entry().source(), best.number()));
            }
        }
    }

    private List<Copy> copies(int source, int number, CopyEntry entry) throws IOException {
        Partners own = indexed.get(source);
        List<Copy> copies = new ArrayList<>();
        copies.add(Copy.first(entry, number, own.name(), own.index().source()));
        for (Partners later : indexed.subList(source + 1, indexed.size())) {
            copies.addAll(later.of(entry));
        }
        return copies;
    }

    private static long number(int source, int entry) {
        return (long) source << SOURCE_SHIFT | entry;
    }

    private CopyEntry entry(long number) throws IOException {
        return indexed.get((int) (number >>> SOURCE_SHIFT)).index().entry((int) number);
    }

    private String place(long number) throws IOException {
        return entry(number).ref().path() + " of "
                + indexed.get((int) (number >>> SOURCE_SHIFT)).name();
    }

    @Override
    public void read(long fromOrdinal, Sink sink) throws IOException {
        prepare(Progress.SILENT);
        Map<SourceMailbox, MailboxInfo> infos = infos();
        long first = 0;
        for (int source = 0; source < members.size(); source++) {
            long end = first + items.get(source);
            if (end > fromOrdinal) {
                new Member(source, first, infos).read(Math.max(0, fromOrdinal - first), sink);
            }
            first = end;
        }
    }

    /** Reads one of the sources. */
    private final class Member {
        private final int source;
        private final long first;
        private final CopyIndex index;
        private final Map<SourceMailbox, MailboxInfo> infos;
        private final Map<SourceMailbox, Long> uidValidities = new LinkedHashMap<>();
        private int next;
        private long given;

        Member(int source, long first, Map<SourceMailbox, MailboxInfo> infos) throws IOException {
            this.source = source;
            this.first = first;
            this.index = indexed.get(source).index();
            this.infos = infos;
            for (MailboxInfo info : index.source().mailboxes()) {
                uidValidities.put(info.mailbox(), info.uidValidity());
            }
        }

        void read(long from, Sink sink) throws IOException {
            next = index.at(from);
            given = from;
            index.source().read(from, item -> {
                given++;
                sink.accept(given(item));
            });
            if (given != items.get(source)) {
                throw changed("it has " + given + " items, and had " + items.get(source));
            }
        }

        private IOException changed(String how) {
            return new IOException(indexed.get(source).name() + " has changed since it was compared: " + how
                    + "; stop what writes to it, or stage a copy of it");
        }

        private SourceItem given(SourceItem item) throws IOException {
            ItemRef ref = new ItemRef(first + item.ref().ordinal(), item.ref().path());
            int number = next;
            CopyEntry entry = number < index.size() ? index.entry(number) : null;
            if (entry != null && entry.ref().ordinal() == item.ref().ordinal()) {
                next++;
            } else {
                entry = null;
            }
            return switch (item) {
                case SourceItem.Ignored ignored -> new SourceItem.Ignored(ref, ignored.why());
                case SourceItem.Duplicate copy -> new SourceItem.Duplicate(ref, copy.mailbox(), copy.why());
                case SourceItem.Unreadable bad -> unreadable(bad, ref, number, entry);
                case SourceItem.Message message -> {
                    if (entry == null) {
                        throw changed(message.ref().path() + " is new");
                    }
                    yield message(message, ref, number, entry);
                }
            };
        }

        private SourceItem unreadable(SourceItem.Unreadable bad, ItemRef ref, int number, @Nullable CopyEntry entry)
                throws IOException {
            if (entry == null) {
                return new SourceItem.Unreadable(ref, bad.mailbox(), bad.why());
            }
            Long copy = recovered.get(number(source, number));
            long holder = index.holder(number);
            if (copy == null && holder < 0) {
                return new SourceItem.Unreadable(ref, bad.mailbox(), bad.why());
            }
            return new SourceItem.Duplicate(
                    ref,
                    entry.mailbox(),
                    "unreadable here (" + bad.why() + "); given as " + place(copy == null ? holder : copy));
        }

        private SourceItem message(SourceItem.Message message, ItemRef ref, int number, CopyEntry entry)
                throws IOException {
            Long unreadable = recovers.get(number(source, number));
            if (unreadable != null) {
                return recovery(message, ref, entry, unreadable);
            }
            long holder = index.holder(number);
            if (holder >= 0) {
                return new SourceItem.Duplicate(ref, entry.mailbox(), "a copy of " + place(holder));
            }
            List<Copy> copies = copies(source, number, entry);
            copies.set(0, copies.getFirst().holding(message.content()));
            return Taking.best(located(message, ref), Jury.judge(copies));
        }

        private SourceItem recovery(SourceItem.Message message, ItemRef ref, CopyEntry entry, long unreadable)
                throws IOException {
            CopyEntry lost = entry(unreadable);
            List<Copy> copies = copies((int) (unreadable >>> SOURCE_SHIFT), (int) unreadable, lost);
            copies.replaceAll(copy ->
                    copy.entry().source() == source && copy.entry().ref().equals(entry.ref())
                            ? copy.holding(message.content())
                            : copy);
            return Taking.best(located(message, ref), Jury.judge(copies));
        }

        /** With its UID only where that means the same in the mailbox as it is given. */
        private SourceItem.Message located(SourceItem.Message message, ItemRef ref) {
            MailboxInfo info = infos.get(message.mailbox());
            long uidValidity = uidValidities.getOrDefault(message.mailbox(), 0L);
            boolean sameUids = source == 0 || (info != null && uidValidity != 0 && info.uidValidity() == uidValidity);
            return new SourceItem.Message(
                    ref,
                    message.mailbox(),
                    sameUids ? message.uid() : 0,
                    message.internalDate(),
                    message.flags(),
                    message.content(),
                    message.witnesses());
        }
    }

    private void closeIndexes() throws IOException {
        IOException failed = null;
        for (Partners one : indexed) {
            try {
                one.index().close();
            } catch (IOException e) {
                failed = e;
            }
        }
        indexed.clear();
        items.clear();
        recovers.clear();
        recovered.clear();
        if (failed != null) {
            throw failed;
        }
    }

    /** Closes the sources too. */
    @Override
    public void close() throws IOException {
        IOException failed = null;
        try {
            closeIndexes();
        } catch (IOException e) {
            failed = e;
        }
        for (Comparison.Other member : members) {
            try {
                member.source().close();
            } catch (IOException e) {
                failed = e;
            }
        }
        if (failed != null) {
            throw failed;
        }
    }
}
