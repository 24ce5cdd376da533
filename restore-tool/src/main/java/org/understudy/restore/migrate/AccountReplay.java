package org.understudy.restore.migrate;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.understudy.restore.job.Steps;
import org.understudy.restore.json.FlagNames;
import org.understudy.restore.message.MessageReading;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.replay.Examiner;
import org.understudy.restore.source.ReadFailure;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.validate.Validation;
import org.understudy.restore.validate.Verdict;
import org.understudy.storage.Appended;
import org.understudy.storage.Content;
import org.understudy.storage.JournalRow;
import org.understudy.storage.MailStore;
import org.understudy.storage.NewMessage;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.ExpungeReason;
import org.understudy.storage.keyspace.ExpungedMessage;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MailboxState;

/**
 * Brings the messages of one live mailbox to what the old side has. Compares both and does what differs, so that a round
 * that was cut short is done by doing it again. Each effect notes in the link what it leads to; an effect of anybody else
 * in between makes it fail, and both are compared anew.
 */
final class AccountReplay {
    private static final int BATCH = 200;
    private static final long BATCH_OCTETS = 16L << 20;
    private static final int MOST_TRIES = 1_000;
    private static final long LAST_UID = 0xFFFF_FFFFL;

    private final MailStore live;
    private final OldSide old;
    private final Link.Rows rows;
    private final Structure structure;
    private final Author author;
    private final Examiner examiner;
    private final FindingsFile findings;
    private final boolean last;
    private final Progress progress;
    private final Steps steps;

    long added;
    long flagged;
    long expunged;
    long waiting;
    long octets;

    /** @param last whether the old side stands still, so that messages without a UID there get one of ours */
    AccountReplay(
            MailStore live,
            OldSide old,
            Link.Rows rows,
            Structure structure,
            Author author,
            Examiner examiner,
            FindingsFile findings,
            boolean last,
            Progress progress,
            Steps steps) {
        this.live = live;
        this.old = old;
        this.rows = rows;
        this.structure = structure;
        this.author = author;
        this.examiner = examiner;
        this.findings = findings;
        this.last = last;
        this.progress = progress;
        this.steps = steps;
    }

    /** Does what differs. */
    void follow(OldSide.Mailbox box, Link first) throws IOException, InterruptedException {
        Link link = first;
        for (int tries = 0; ; tries++) {
            try {
                link = structure.looked(link);
                once(box, link);
                return;
            } catch (Intervened e) {
                if (tries == MOST_TRIES) {
                    throw new IllegalStateException(
                            "mailbox " + link.name() + " was changed by others " + MOST_TRIES + " times in a row", e);
                }
                link = current(link);
            }
        }
    }

    private Link current(Link link) {
        return rows.all().stream()
                .filter(one -> one.mailbox().equals(link.mailbox()))
                .findFirst()
                .orElseThrow();
    }

    private void once(OldSide.Mailbox box, Link first) throws IOException, InterruptedException {
        Map<String, Long> pairs = rows.pairs(first);
        Set<Long> ours = new HashSet<>(pairs.values());
        Map<Long, Flags> here = new HashMap<>();
        live.messages().flags(first.mailbox(), 1, LAST_UID).forEach(one -> here.put(one.uid(), one.flags()));
        Set<Long> wanted = new HashSet<>();
        Map<List<String>, List<Long>> changes = new LinkedHashMap<>();
        List<OldSide.Message> missing = new ArrayList<>();
        long waits = 0;
        for (OldSide.Message message : box.messages()) {
            long uid = uidHere(first, pairs, message);
            Flags flags = here.get(uid);
            if (uid > 0 && flags != null) {
                wanted.add(uid);
                if (!same(flags, message.flags())) {
                    changes.computeIfAbsent(FlagNames.of(message.flags().without(Flags.RECENT)), k -> new ArrayList<>())
                            .add(uid);
                }
            } else if (message.uid() == 0 && first.oldUidValidity() != 0 && !last) {
                waits++;
            } else {
                missing.add(message);
            }
        }
        boolean whole = box.unreadable().stream().noneMatch(one -> one.key().equals(box.name()));
        List<Long> gone = here.keySet().stream()
                .filter(uid -> whole && isOurs(first, ours, uid) && !wanted.contains(uid))
                .sorted()
                .toList();
        Link link = expunge(first, gone);
        link = flags(link, changes);
        link = add(box, link, missing);
        if (link.keepsUids() && box.uidNext() > link.uidNext()) {
            MailboxState state = live.mailboxes().raise(link.mailbox(), box.uidNext(), 0, author);
            rows.write(link.at(state.uidNext(), link.modSeq()));
        }
        waiting += waits;
    }

    /** UID that a message of the old side has here if it is here, or 0 if it has none. */
    static long uidHere(Link link, Map<String, Long> pairs, String key, long uid) {
        Long pair = pairs.get(key);
        if (pair != null) {
            return pair;
        }
        return uid > 0 && (link.keepsUids() || uid < link.identityBelow()) ? uid : 0;
    }

    /**
     * UID that a message has on the old side, or 0 if it has none there.
     *
     * @param keys of the old side by UIDs here, of those that differ
     */
    static long uidThere(Link link, Map<Long, String> keys, long uid) {
        String key = keys.get(uid);
        if (key != null) {
            return key.matches("\\d{1,10}") ? Long.parseLong(key) : 0;
        }
        return uid < (link.keepsUids() ? link.uidNext() : link.identityBelow()) ? uid : 0;
    }

    private static long uidHere(Link link, Map<String, Long> pairs, OldSide.Message message) {
        return uidHere(link, pairs, message.key(), message.uid());
    }

    /** Whether the migration brought a message of a live mailbox. */
    static boolean isOurs(Link link, Set<Long> pairs, long uid) {
        return uid < (link.keepsUids() ? link.uidNext() : link.identityBelow()) || pairs.contains(uid);
    }

    static boolean same(Flags one, Flags other) {
        return one.without(Flags.RECENT).system() == other.without(Flags.RECENT).system()
                && Differences.lower(one.keywords()).equals(Differences.lower(other.keywords()));
    }

    private Link expunge(Link link, List<Long> gone) throws InterruptedException {
        Link[] now = {link};
        for (int from = 0; from < gone.size(); from += BATCH) {
            List<Long> part = gone.subList(from, Math.min(gone.size(), from + BATCH));
            live.messages().expunge(link.mailbox(), part, one -> true, ExpungeReason.USER, author, list -> {
                long[] modSeqs =
                        list.stream().mapToLong(ExpungedMessage::modSeq).toArray();
                return noted(now, modSeqs, 0);
            });
            expunged += part.size();
            steps.passed(Steps.Step.MIGRATION_EXPUNGED);
            checkInterrupt();
        }
        return now[0];
    }

    private Link flags(Link link, Map<List<String>, List<Long>> changes) throws InterruptedException {
        Link[] now = {link};
        for (Map.Entry<List<String>, List<Long>> change : changes.entrySet()) {
            Flags wanted = FlagNames.parse(change.getKey());
            for (int from = 0; from < change.getValue().size(); from += BATCH) {
                List<Long> part = change.getValue()
                        .subList(from, Math.min(change.getValue().size(), from + BATCH));
                live.messages()
                        .updateFlags(
                                link.mailbox(),
                                part,
                                one -> true,
                                before -> wanted.with(before.system() & Flags.RECENT),
                                author,
                                made -> noted(
                                        now,
                                        made.stream()
                                                .filter(one -> one.changed())
                                                .mapToLong(one -> one.modSeq())
                                                .toArray(),
                                        0));
                flagged += part.size();
                steps.passed(Steps.Step.MIGRATION_FLAGGED);
                checkInterrupt();
            }
        }
        return now[0];
    }

    /** The link's row for an effect that gave out these MODSEQs; refuses it if there was another effect before. */
    private List<JournalRow> noted(Link[] now, long[] modSeqs, long uidNext) {
        if (modSeqs.length == 0) {
            return List.of();
        }
        long least = java.util.Arrays.stream(modSeqs).min().orElseThrow();
        long most = java.util.Arrays.stream(modSeqs).max().orElseThrow();
        if (least != now[0].modSeq() + 1) {
            throw new Intervened();
        }
        now[0] = now[0].at(uidNext, most);
        return List.of(rows.row(now[0]));
    }

    private Link add(OldSide.Mailbox box, Link first, List<OldSide.Message> missing)
            throws IOException, InterruptedException {
        Link link = first;
        List<OldSide.Message> batch = new ArrayList<>();
        List<NewMessage> messages = new ArrayList<>();
        List<FindingsFile.Finding> found = new ArrayList<>();
        long size = 0;
        for (OldSide.Message message : missing) {
            if (link.keepsUids() && message.uid() > 0 && message.uid() < link.uidNext()) {
                link = structure.mapped(
                        append(link, batch, messages, found),
                        "the old side gave message " + message.uid() + " of it only now");
                size = 0;
            }
            NewMessage read = read(box, message, link.keepsUids() ? message.uid() : 0, found);
            if (read == null) {
                continue;
            }
            batch.add(message);
            messages.add(read);
            size += read.size();
            if (batch.size() == BATCH || size >= BATCH_OCTETS) {
                link = append(link, batch, messages, found);
                size = 0;
                checkInterrupt();
            }
        }
        return append(link, batch, messages, found);
    }

    private static void checkInterrupt() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    private @org.jspecify.annotations.Nullable NewMessage read(
            OldSide.Mailbox box, OldSide.Message message, long uid, List<FindingsFile.Finding> found) {
        try {
            SourceItem.Message item = old.item(box, message);
            Validation validation = examiner.examine(item, item.content());
            if (validation.verdict() == Verdict.DAMAGED || validation.verdict() == Verdict.SUSPECT) {
                found.add(finding(box, message, validation));
            }
            MessageReading reading = validation.reading();
            boolean files = message.sha256().isEmpty();
            Content content = files ? reading.canonical() : item.content();
            boolean canonical = files || reading.digest().equals(reading.rawDigest());
            return new NewMessage(
                    uid,
                    null,
                    null,
                    new NewMessage.Body.Bytes(content, files ? reading.digest() : reading.rawDigest()),
                    content.size(),
                    canonical ? reading.headerSize() : headerSize(content),
                    reading.digest(),
                    reading.mime(),
                    item.internalDate().truncatedTo(ChronoUnit.MILLIS),
                    null,
                    message.flags().without(Flags.RECENT),
                    canonical ? reading.structure() : null);
        } catch (IOException e) {
            found.add(new FindingsFile.Finding(
                    box.name(), message.key(), FindingsFile.Finding.MISSING, List.of(ReadFailure.words(e))));
            progress.note(box.name() + "/" + message.key() + " cannot be read: " + ReadFailure.words(e));
            return null;
        }
    }

    private static FindingsFile.Finding finding(OldSide.Mailbox box, OldSide.Message message, Validation validation) {
        List<String> why = validation.findings().stream()
                .filter(one -> switch (one.strength()) {
                    case DOUBT, CONTRADICTION -> true;
                    case PROOF, SUPPORT, NOTE -> false;
                })
                .map(one -> one.check() + ", " + one.place().text() + ": " + one.what())
                .toList();
        return new FindingsFile.Finding(
                box.name(), message.key(), validation.verdict().word(), why);
    }

    /** Octets of the header block as it came, where not CRLF alone ends lines. */
    private static int headerSize(Content content) throws IOException {
        try (InputStream in = new BufferedInputStream(content.open())) {
            int size = 0;
            int line = 0;
            for (int octet = in.read(); octet >= 0; octet = in.read()) {
                size++;
                if (octet == '\n') {
                    if (line == 0) {
                        return size;
                    }
                    line = 0;
                } else if (octet != '\r') {
                    line++;
                }
            }
            return size;
        }
    }

    /** Adds a batch as one effect; it is empty then. */
    private Link append(
            Link link, List<OldSide.Message> batch, List<NewMessage> messages, List<FindingsFile.Finding> found) {
        findings.add(found);
        found.clear();
        if (batch.isEmpty()) {
            return link;
        }
        Link[] now = {link};
        try {
            live.messages().append(link.mailbox(), messages, author, appended -> {
                long[] modSeqs = appended.stream().mapToLong(Appended::modSeq).toArray();
                List<JournalRow> noted =
                        new ArrayList<>(noted(now, modSeqs, appended.getLast().uid() + 1));
                List<String> keys = new ArrayList<>();
                List<Long> uids = new ArrayList<>();
                for (int i = 0; i < appended.size(); i++) {
                    if (appended.get(i).uid() != batch.get(i).uid()) {
                        keys.add(batch.get(i).key());
                        uids.add(appended.get(i).uid());
                    }
                }
                if (!keys.isEmpty()) {
                    noted.add(rows.row(link, new Link.Pairs(keys, uids)));
                }
                return noted;
            });
        } catch (OperatorException e) {
            if (e.reason() == Reason.CONFLICT
                    && live.mailboxes().state(link.mailbox()).highestModSeq() != link.modSeq()) {
                throw new Intervened();
            }
            throw e;
        }
        added += batch.size();
        for (NewMessage one : messages) {
            octets += one.size();
        }
        progress.advance(added, octets);
        batch.clear();
        messages.clear();
        steps.passed(Steps.Step.MIGRATION_APPENDED);
        return now[0];
    }
}
