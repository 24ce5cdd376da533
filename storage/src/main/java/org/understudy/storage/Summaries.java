package org.understudy.storage;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.understudy.storage.engine.Engine;
import org.understudy.storage.engine.View;
import org.understudy.storage.keyspace.ChangeCodec;
import org.understudy.storage.keyspace.Codec;
import org.understudy.storage.keyspace.Family;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.Keys;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MailboxState;
import org.understudy.storage.keyspace.SummaryCodec;

/**
 * Summaries of mailboxes, made by one scan of the packed flags and kept in step by the change log.
 *
 * <p>Design. A summary belongs to a HIGHESTMODSEQ, which every effect on messages raises. So one that is kept is either
 * that of the present counters, or is brought up to date by the rows of the change log behind its HIGHESTMODSEQ and the
 * flags of the messages that these name. All is read from rows that are on disk, never from what is to be written.
 * Those used last are kept, up to {@value #MOST_BYTES} bytes together, and outlast the store in {@link SummaryFile}.
 */
final class Summaries {
    private static final int MOST_BYTES = 16 << 20;
    /** With more changed messages than these, the flags are scanned anew. */
    private static final int FEW = 2048;

    private final Engine engine;
    private final FlagTable flags;
    private final Map<MailboxId, MailboxSummary> kept = new LinkedHashMap<>(64, 0.75f, true);
    /** Those of the last time that the store was open, until they are asked for. */
    private final Map<MailboxId, byte[]> left;

    private long bytes;

    /** @param left what {@link #leave} gave when the store was closed, if it has not been changed since */
    Summaries(Engine engine, FlagTable flags, Map<MailboxId, byte[]> left) {
        this.engine = engine;
        this.flags = flags;
        this.left = new HashMap<>(left);
    }

    /** Byte forms of those that are kept, and of those left before that nobody asked for since, as far as there is room. */
    synchronized Map<MailboxId, byte[]> leave() {
        Map<MailboxId, byte[]> leaving = new HashMap<>();
        long room = MOST_BYTES;
        for (Map.Entry<MailboxId, MailboxSummary> entry : kept.entrySet()) {
            byte[] summary = SummaryCodec.encode(entry.getValue());
            leaving.put(entry.getKey(), summary);
            room -= summary.length;
        }
        for (Map.Entry<MailboxId, byte[]> entry : left.entrySet()) {
            room -= entry.getValue().length;
            if (room >= 0 && exists(entry.getKey())) {
                leaving.put(entry.getKey(), entry.getValue());
            }
        }
        return leaving;
    }

    private boolean exists(MailboxId mailbox) {
        return engine.latest().get(Family.STATE, Keys.mailbox(mailbox)).isPresent();
    }

    MailboxSummary of(MailboxId mailbox) {
        MailboxSummary last = kept(mailbox);
        if (last != null && last.state().equals(state(engine.latest(), mailbox))) {
            return last;
        }
        MailboxSummary present;
        try (View view = engine.view()) {
            MailboxState state = state(view, mailbox);
            Optional<MailboxSummary> next = last == null ? Optional.empty() : next(view, mailbox, last, state);
            present = next.orElseGet(() -> scan(view, mailbox, state));
        }
        keep(mailbox, present);
        return present;
    }

    static MailboxState state(View view, MailboxId mailbox) {
        byte[] key = Keys.mailbox(mailbox);
        return view.get(Family.STATE, key)
                .map(value -> Codec.mailboxState(key, value))
                .orElseThrow(() -> Handles.missing(mailbox));
    }

    private synchronized @Nullable MailboxSummary kept(MailboxId mailbox) {
        MailboxSummary last = kept.get(mailbox);
        byte[] before = last == null ? left.remove(mailbox) : null;
        return before == null ? last : SummaryCodec.decode(mailbox, before);
    }

    private synchronized void keep(MailboxId mailbox, MailboxSummary summary) {
        MailboxSummary before = kept.get(mailbox);
        if (before != null && before.state().highestModSeq() > summary.state().highestModSeq()) {
            return;
        }
        if (before != null) {
            bytes -= before.weight();
        }
        kept.put(mailbox, summary);
        bytes += summary.weight();
        var oldest = kept.entrySet().iterator();
        while (bytes > MOST_BYTES && oldest.hasNext()) {
            bytes -= oldest.next().getValue().weight();
            oldest.remove();
        }
    }

    private Optional<MailboxSummary> next(View view, MailboxId mailbox, MailboxSummary last, MailboxState state) {
        if (state.highestModSeq() < last.state().highestModSeq()) {
            return Optional.empty();
        }
        UidChanges changes = changes(view, mailbox, last.state().highestModSeq());
        if (changes.changed().size() > FEW) {
            return Optional.empty();
        }
        UidRanges gone = changes.vanished();
        UidRanges changed = changes.changed();
        FlagSets now = new FlagSets();
        if (!changed.isEmpty()) {
            flags.pass(
                    view,
                    mailbox,
                    changed.first(),
                    changed.last(),
                    (from, to, bits) ->
                            changed.within(from, to).forEachRange((first, end) -> now.add(first, end, bits)));
        }
        UidRanges touched = changed.plus(gone);
        return Optional.of(new MailboxSummary(
                state,
                last.uids().minus(gone).plus(changed),
                last.unseen().minus(touched).plus(now.unseen.build()),
                last.recent().minus(touched).plus(now.recent.build()),
                last.deleted().minus(touched).plus(now.deleted.build())));
    }

    private MailboxSummary scan(View view, MailboxId mailbox, MailboxState state) {
        UidRanges.Builder uids = new UidRanges.Builder();
        FlagSets sets = new FlagSets();
        flags.pass(view, mailbox, 1, 0xFFFF_FFFFL, (first, last, bits) -> {
            uids.add(first, last);
            sets.add(first, last, bits);
        });
        return new MailboxSummary(state, uids.build(), sets.unseen.build(), sets.recent.build(), sets.deleted.build());
    }

    private static final class FlagSets {
        private final UidRanges.Builder unseen = new UidRanges.Builder();
        private final UidRanges.Builder recent = new UidRanges.Builder();
        private final UidRanges.Builder deleted = new UidRanges.Builder();

        void add(long first, long last, long bits) {
            if ((bits & (Flags.SEEN | Flags.RECENT | Flags.DELETED)) != Flags.SEEN) {
                if ((bits & Flags.SEEN) == 0) {
                    unseen.add(first, last);
                }
                if ((bits & Flags.RECENT) != 0) {
                    recent.add(first, last);
                }
                if ((bits & Flags.DELETED) != 0) {
                    deleted.add(first, last);
                }
            }
        }
    }

    /** Gives {@code out} the rows of the change log behind {@code modSeq}. */
    static void changes(View view, MailboxId mailbox, long modSeq, ChangeVisitor out) {
        view.scan(
                Family.CHANGE,
                Keys.change(mailbox, modSeq + 1),
                Keys.mailbox(new MailboxId(mailbox.value() + 1)),
                (key, value) -> {
                    ChangeCodec.row(key, value, out);
                    return true;
                });
    }

    static UidChanges changes(View view, MailboxId mailbox, long modSeq) {
        Gathered gathered = new Gathered(modSeq);
        changes(view, mailbox, modSeq, gathered);
        UidRanges vanished = gathered.vanished.build();
        return new UidChanges(gathered.highestModSeq, gathered.changed.build().minus(vanished), vanished);
    }

    /** Rows may be many and of one UID each: they are sorted once, at the end. */
    private static final class Gathered implements ChangeVisitor {
        private final Ranges changed = new Ranges();
        private final Ranges vanished = new Ranges();
        private long highestModSeq;

        Gathered(long modSeq) {
            highestModSeq = modSeq;
        }

        @Override
        public void changed(long modSeq, UidRanges uids) {
            highestModSeq = modSeq;
            uids.forEachRange(changed::add);
        }

        @Override
        public void vanished(long modSeq, UidRanges uids) {
            highestModSeq = modSeq;
            uids.forEachRange(vanished::add);
        }
    }

    /** Ranges in any order, each as one number: its first UID above its last one. */
    private static final class Ranges {
        private long[] ranges = new long[16];
        private int count;

        void add(long first, long last) {
            if (count == ranges.length) {
                ranges = java.util.Arrays.copyOf(ranges, 2 * count);
            }
            // The upper half is offset so that signed order is the order of UIDs.
            ranges[count++] = (first << 32 | last) ^ Long.MIN_VALUE;
        }

        UidRanges build() {
            java.util.Arrays.sort(ranges, 0, count);
            UidRanges.Builder builder = new UidRanges.Builder();
            for (int i = 0; i < count; i++) {
                long range = ranges[i] ^ Long.MIN_VALUE;
                builder.add(range >>> 32, range & 0xFFFF_FFFFL);
            }
            return builder.build();
        }
    }
}
