package org.understudy.restore.source.expunged;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.understudy.restore.source.BackupSource;
import org.understudy.restore.source.ItemRef;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.source.SourceMailbox;
import org.understudy.restore.source.Witness;
import org.understudy.storage.Bodies;
import org.understudy.storage.Content;
import org.understudy.storage.CorruptionException;
import org.understudy.storage.MailStore;
import org.understudy.storage.keyspace.ExpungedMessage;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MailboxPath;
import org.understudy.storage.keyspace.MailboxRow;
import org.understudy.storage.keyspace.MessageFacts;

/**
 * The expunge log of the live store up to a moment, with the bodies that are still there. Items come by user, mailbox and
 * UID; those that were moved are ignored, since they live on where they went or were expunged there, and so are those that
 * the undo of a restore took back.
 */
public final class ExpungedSource implements BackupSource {
    private static final int HELD_OCTETS = 4 << 20;

    private final MailStore live;
    private final Instant upTo;
    private final List<Box> boxes;

    private record Box(SourceMailbox name, MailboxRow row) {}

    private ExpungedSource(MailStore live, Instant upTo, List<Box> boxes) {
        this.live = live;
        this.upTo = upTo;
        this.boxes = boxes;
    }

    /**
     * @param upTo what was expunged later is not read
     * @param users names; empty for all
     */
    public static ExpungedSource open(MailStore live, Instant upTo, Set<String> users) {
        List<Box> boxes = Stream.concat(live.mailboxes().all().stream(), live.mailboxes().deleted().stream())
                .filter(row -> !row.createdAt().isAfter(upTo))
                .filter(row -> users.isEmpty() || users.contains(row.path().owner()))
                .map(row -> new Box(new SourceMailbox(row.path().owner(), nameOf(row.path())), row))
                .sorted(Comparator.comparing(Box::name)
                        .thenComparing(box -> box.row().id()))
                .toList();
        return new ExpungedSource(live, upTo, boxes);
    }

    private static String nameOf(MailboxPath path) {
        return path.namespace().equals(MailboxPath.PRIVATE)
                ? path.name()
                : path.namespace() + MailboxPath.DELIMITER + path.name();
    }

    @Override
    public Description describe() {
        return new Description(
                "expunged",
                "expunged:" + upTo,
                "what was expunged up to " + upTo + " and is not reclaimed, of " + boxes.size() + " mailboxes");
    }

    /** Each once, with the UIDVALIDITY that the newest mailbox of the name has. */
    @Override
    public List<MailboxInfo> mailboxes() {
        TreeMap<SourceMailbox, MailboxInfo> infos = new TreeMap<>();
        boxes.forEach(box ->
                infos.put(box.name(), new MailboxInfo(box.name(), box.row().uidValidity(), false)));
        return List.copyOf(infos.values());
    }

    @Override
    public void read(long fromOrdinal, Sink sink) throws IOException {
        long ordinal = 0;
        for (Box box : boxes) {
            List<ExpungedMessage> rows = new ArrayList<>();
            live.messages().scanExpunged(box.row().id(), row -> {
                if (!row.expungedAt().isAfter(upTo)) {
                    rows.add(row);
                }
            });
            for (ExpungedMessage row : rows) {
                if (ordinal >= fromOrdinal) {
                    sink.accept(item(box, row, ordinal));
                }
                ordinal++;
            }
        }
    }

    private SourceItem item(Box box, ExpungedMessage row, long ordinal) {
        MessageFacts facts = row.facts();
        ItemRef ref = new ItemRef(
                ordinal,
                box.name().user() + "/" + box.name().name() + "/" + facts.uid() + " (expunged " + row.expungedAt()
                        + ")");
        return switch (row.reason()) {
            case MOVE -> new SourceItem.Ignored(ref, "it was moved to another mailbox");
            case UNDO -> new SourceItem.Ignored(ref, "it came with a restore that was taken back");
            case USER, MAILBOX_DELETED, QUOTA, ADMIN -> message(box, row, ref);
        };
    }

    private SourceItem message(Box box, ExpungedMessage row, ItemRef ref) {
        MessageFacts facts = row.facts();
        String place = "user " + box.name().user() + ", mailbox " + box.name().name() + ", UID " + facts.uid();
        Content content;
        try {
            content = content(facts);
        } catch (CorruptionException e) {
            String why = live.reclaim().isGone(facts.body())
                    ? place + ": it was expunged " + row.expungedAt()
                            + ", its window was over and its body was reclaimed; a snapshot may have it"
                    : place + ": body " + facts.body() + " cannot be read: " + e.getMessage();
            return new SourceItem.Unreadable(ref, Optional.of(box.name()), why);
        }
        String from = "the expunge log";
        return new SourceItem.Message(
                ref,
                box.name(),
                0,
                facts.internalDate(),
                row.flags().without(Flags.DELETED | Flags.RECENT),
                content,
                List.of(
                        new Witness.TrustedDigest(facts.digest(), true, from),
                        new Witness.IndexSize(facts.size(), from)));
    }

    private Content content(MessageFacts facts) {
        Bodies bodies = live.bodies();
        if (facts.size() <= HELD_OCTETS) {
            return Content.of(bodies.reread(facts.body()));
        }
        bodies.head(facts.body());
        return new Content() {
            @Override
            public long size() {
                return facts.size();
            }

            @Override
            public InputStream open() throws IOException {
                try {
                    return bodies.open(facts.body());
                } catch (CorruptionException e) {
                    throw new IOException("body " + facts.body() + " cannot be read any more", e);
                }
            }
        };
    }

    /** The store is not this source's own. */
    @Override
    public void close() {}
}
