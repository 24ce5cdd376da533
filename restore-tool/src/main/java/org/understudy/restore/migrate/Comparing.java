package org.understudy.restore.migrate;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.json.FlagNames;
import org.understudy.restore.progress.Progress;
import org.understudy.storage.CorruptionException;
import org.understudy.storage.MailStore;
import org.understudy.storage.UidRanges;
import org.understudy.storage.keyspace.Digest;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MailboxRow;
import org.understudy.storage.keyspace.MessageFacts;
import org.understudy.storage.keyspace.MessageFlags;

/**
 * Reads both sides of one user again and names what is not the same. Holds of a mailbox no more than its UIDs here and one
 * message's octets at a time in a buffer.
 */
final class Comparing {
    private static final int BUFFER = 1 << 16;
    private static final String NONE = "nothing";

    private final MailStore live;
    private final Member member;
    private final Link.Rows rows;
    private final Structure structure;
    private final UnaryOperator<String> names;
    private final Progress progress;
    private final Differences differences = new Differences();
    private final Set<String> notes = new TreeSet<>();
    private final byte[] buffer = new byte[BUFFER];
    private long messages;
    private long octets;

    Comparing(
            MailStore live,
            Member member,
            Link.Rows rows,
            Structure structure,
            UnaryOperator<String> names,
            Progress progress) {
        this.live = live;
        this.member = member;
        this.rows = rows;
        this.structure = structure;
        this.names = names;
        this.progress = progress;
    }

    /** What was found. */
    record Found(
            List<EqualityProof.OfMailbox> mailboxes,
            long messages,
            long octets,
            Differences differences,
            List<String> notes,
            String certificate) {}

    Found compare(FreshSide old) throws IOException, InterruptedException {
        progress.begin("comparing", -1, "messages");
        Map<String, Link> links = new HashMap<>();
        rows.all().forEach(one -> links.put(one.oldName(), one));
        List<EqualityProof.OfMailbox> compared = new ArrayList<>();
        Set<String> subscribed = structure.subscribedNames();
        Set<String> met = new HashSet<>();
        for (FreshSide.Mailbox box : old.mailboxes()) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            Link link = links.get(box.oldName());
            Optional<MailboxRow> row = link == null || !link.name().equals(box.name())
                    ? Optional.empty()
                    : live.mailboxes()
                            .find(link.mailbox())
                            .filter(one -> one.live() && one.path().name().equals(box.name()));
            met.add(box.oldName());
            if (link == null || row.isEmpty()) {
                differences.add("mailbox", box.name(), "", 0, "a mailbox of this name", NONE);
                continue;
            }
            if (link.oldUidValidity() != box.uidValidity()) {
                differences.add(
                        "uidvalidity",
                        box.name(),
                        "",
                        0,
                        "what was brought over, UIDVALIDITY " + link.oldUidValidity(),
                        "a mailbox that was made anew on the old side, UIDVALIDITY " + box.uidValidity());
            } else if (link.keepsUids() && row.get().uidValidity() != box.uidValidity()) {
                differences.add(
                        "uidvalidity",
                        box.name(),
                        "",
                        0,
                        Long.toString(box.uidValidity()),
                        Long.toString(row.get().uidValidity()));
            }
            settings(box, link, subscribed.contains(box.name()));
            compared.add(mailbox(old, box, link, row.get()));
        }
        links.values().stream()
                .filter(one -> !met.contains(one.oldName()) && one.made())
                .filter(one -> live.mailboxes()
                        .find(one.mailbox())
                        .filter(MailboxRow::live)
                        .isPresent())
                .forEach(one -> differences.add(
                        "mailbox", one.name(), "", 0, "no mailbox of this name", "one that was brought over"));
        old.moved()
                .forEach(one ->
                        differences.add("moving", "the old side", "", 0, "to stand still while it is read", one));
        return new Found(compared, messages, octets, differences, List.copyOf(notes), old.certificate());
    }

    private void settings(FreshSide.Mailbox box, Link link, boolean subscribed) {
        if (box.subscribed() != subscribed) {
            differences.add(
                    "subscription",
                    box.name(),
                    "",
                    0,
                    box.subscribed() ? "subscribed" : "not subscribed",
                    subscribed ? "subscribed" : "not subscribed");
        }
        String uses = live.annotations()
                .get(link.mailbox().toString(), Structure.SPECIAL_USE)
                .map(value -> new String(value, StandardCharsets.UTF_8))
                .orElse("");
        String wanted = String.join(" ", new TreeSet<>(box.uses()));
        if (!wanted.isEmpty() && !wanted.equals(uses)) {
            differences.add("special-use", box.name(), "", 0, wanted, uses.isEmpty() ? NONE : uses);
        }
        for (OldSide.Unreadable one : box.unreadable()) {
            differences.add("unreadable", box.name(), one.key(), 0, "a message", one.why());
        }
        SortedMap<String, String> access = box.access();
        if (access == null) {
            notes.add("the old side does not tell all access lists; they were not compared where it does not");
            return;
        }
        SortedMap<String, String> here = Access.of(live, link.mailbox());
        SortedMap<String, String> there = Access.translated(access, member.oldLogin(), names);
        Set<String> all = new TreeSet<>(there.keySet());
        if (link.made()) {
            all.addAll(here.keySet());
        }
        for (String who : all) {
            String expected = there.getOrDefault(who, "");
            String found = here.getOrDefault(who, "");
            if (!expected.equals(found)) {
                differences.add(
                        "access",
                        box.name(),
                        "",
                        0,
                        who + " " + (expected.isEmpty() ? NONE : expected),
                        who + " " + (found.isEmpty() ? NONE : found));
            }
        }
    }

    /** One mailbox while it is compared. */
    private final class Pass {
        final Map<String, Long> pairs;
        final Set<Long> ours;
        final Link link;
        final UidRanges uids;
        final BitSet met = new BitSet();
        final MessageDigest oldSum = Digest.sha256();
        final MessageDigest sum = Digest.sha256();
        long oldMessages;
        long oldOctets;
        long found;
        long foundOctets;

        Pass(Link link) {
            this.link = link;
            this.pairs = rows.pairs(link);
            this.ours = new HashSet<>(pairs.values());
            UidRanges.Builder builder = new UidRanges.Builder();
            var columns = live.messages().flagColumns(link.mailbox());
            for (int i = 0; i < columns.size(); i++) {
                builder.add(columns.uid(i), columns.uid(i));
            }
            this.uids = builder.build();
        }
    }

    private EqualityProof.OfMailbox mailbox(FreshSide old, FreshSide.Mailbox box, Link link, MailboxRow row)
            throws IOException {
        long before = differences.count();
        Pass pass = new Pass(link);
        old.messages(box, message -> message(box, pass, message));
        long others = 0;
        for (int at = 1; at <= pass.uids.size(); at++) {
            if (pass.met.get(at)) {
                continue;
            }
            long uid = pass.uids.at(at);
            if (AccountReplay.isOurs(link, pass.ours, uid) || link.keepsUids()) {
                differences.add("extra", box.name(), "", uid, NONE, "a message");
                pass.found++;
            } else {
                others++;
            }
        }
        if (others > 0) {
            notes.add("mailbox " + box.name() + " has messages that came from elsewhere");
        }
        return new EqualityProof.OfMailbox(
                box.name(),
                box.uidValidity(),
                row.uidValidity(),
                link.keepsUids(),
                pass.oldMessages,
                pass.found,
                pass.oldOctets,
                pass.foundOctets,
                Digest.of(pass.oldSum.digest()).toString(),
                Digest.of(pass.sum.digest()).toString(),
                others,
                differences.count() - before);
    }

    private void message(FreshSide.Mailbox box, Pass pass, FreshSide.Message message) throws IOException {
        if (Thread.currentThread().isInterrupted()) {
            throw new java.io.InterruptedIOException();
        }
        messages++;
        octets += message.octets();
        progress.advance(messages, octets);
        pass.oldMessages++;
        pass.oldOctets += message.octets();
        add(pass.oldSum, message.key(), message.sha256(), message.octets(), message.flags(), message.date());
        if (message.sha256().isEmpty()) {
            differences.add(
                    "unreadable", box.name(), message.key(), 0, "a message", "the old side gives nothing for it");
            return;
        }
        long uid = AccountReplay.uidHere(pass.link, pass.pairs, message.key(), message.uid());
        int at = uid == 0 ? 0 : pass.uids.positionOf(uid);
        Optional<MessageFacts> facts =
                at == 0 ? Optional.empty() : live.messages().facts(pass.link.mailbox(), uid);
        Optional<MessageFlags> flags =
                at == 0 ? Optional.empty() : live.messages().flags(pass.link.mailbox(), uid);
        if (facts.isEmpty() || flags.isEmpty()) {
            differences.add("missing", box.name(), message.key(), 0, "a message", NONE);
            return;
        }
        pass.met.set(at);
        pass.found++;
        pass.foundOctets += facts.get().size();
        String digest;
        try {
            digest = digest(facts.get());
        } catch (CorruptionException e) {
            digest = "what cannot be read";
        }
        Instant date = message.date() == null ? null : facts.get().internalDate();
        add(pass.sum, message.key(), digest, facts.get().size(), flags.get().flags(), date);
        if (!digest.equals(message.sha256())) {
            differences.add(
                    "bytes",
                    box.name(),
                    message.key(),
                    uid,
                    message.octets() + " octets with SHA-256 " + message.sha256(),
                    facts.get().size() + " octets with SHA-256 " + digest);
        }
        details(box, message, uid, facts.get(), flags.get().flags());
    }

    private void details(FreshSide.Mailbox box, FreshSide.Message message, long uid, MessageFacts facts, Flags flags) {
        Flags expected = message.flags().without(Flags.RECENT);
        Flags found = flags.without(Flags.RECENT);
        if (expected.system() != found.system()) {
            differences.add("flags", box.name(), message.key(), uid, system(expected), system(found));
        }
        List<String> words = Differences.lower(expected.keywords());
        List<String> foundWords = Differences.lower(found.keywords());
        if (!words.equals(foundWords)) {
            differences.add("keywords", box.name(), message.key(), uid, words.toString(), foundWords.toString());
        }
        Instant date = message.date();
        if (date == null) {
            notes.add("the old side tells some dates of arrival in a form that cannot be read; they were not compared");
        } else if (!second(date).equals(second(facts.internalDate()))) {
            differences.add(
                    "date",
                    box.name(),
                    message.key(),
                    uid,
                    second(date).toString(),
                    second(facts.internalDate()).toString());
        }
    }

    private static Instant second(Instant date) {
        return date.truncatedTo(ChronoUnit.SECONDS);
    }

    private static String system(Flags flags) {
        return FlagNames.of(new Flags(flags.system(), Set.of())).toString();
    }

    /** SHA-256 of the octets as they are read from the store now. */
    private String digest(MessageFacts facts) throws IOException {
        MessageDigest digest = Digest.sha256();
        try (InputStream in = live.bodies().open(facts.body())) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
            }
        }
        return Digest.of(digest.digest()).toString();
    }

    private static void add(
            MessageDigest sum, String key, String sha256, long size, Flags flags, @Nullable Instant date) {
        String line = key + " " + sha256 + " " + size + " " + system(flags.without(Flags.RECENT)) + " "
                + Differences.lower(flags.keywords()) + " " + (date == null ? "-" : second(date)) + "\n";
        sum.update(line.getBytes(StandardCharsets.UTF_8));
    }
}
