package org.understudy.restore.workflow;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.understudy.restore.source.BackupSource;
import org.understudy.restore.source.ItemRef;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.source.SourceMailbox;
import org.understudy.restore.source.Witness;
import org.understudy.storage.Content;
import org.understudy.storage.keyspace.Flags;

/** A source whose items are made from a seed, the same at every reading. */
final class GeneratedSource implements BackupSource {
    static final List<String> USERS = List.of("ada", "bert", "cleo");
    static final List<String> MAILBOXES = List.of("INBOX", "Archive", "Archive.2026", "Entwürfe");

    private final List<SourceItem> items;
    private long failAt = Long.MAX_VALUE;

    GeneratedSource(List<SourceItem> items) {
        this.items = List.copyOf(items);
    }

    /** Fails once an item of that ordinal is due. */
    GeneratedSource failingAt(long ordinal) {
        GeneratedSource failing = new GeneratedSource(items);
        failing.failAt = ordinal;
        return failing;
    }

    /**
     * @param count of items, among them doubles, wrong sizes, unreadable and ignored ones
     * @param interleaved give mailboxes in turns instead of one after the other
     */
    static GeneratedSource random(long seed, int count, boolean interleaved) {
        Random random = new Random(seed);
        List<Draft> drafts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            SourceMailbox mailbox = new SourceMailbox(
                    USERS.get(random.nextInt(USERS.size())), MAILBOXES.get(random.nextInt(MAILBOXES.size())));
            drafts.add(new Draft(mailbox, random.nextInt(100), message(random.nextLong())));
        }
        for (int i = 0; i < count / 20; i++) {
            drafts.add(drafts.get(random.nextInt(drafts.size())));
        }
        if (!interleaved) {
            drafts.sort(Comparator.comparing(Draft::mailbox));
        }
        TreeMap<SourceMailbox, Long> uids = new TreeMap<>();
        List<SourceItem> items = new ArrayList<>();
        for (Draft draft : drafts) {
            long ordinal = items.size();
            ItemRef ref = new ItemRef(
                    ordinal, draft.mailbox().user() + "/" + draft.mailbox().name() + "/" + ordinal);
            if (draft.kind() < 3) {
                items.add(new SourceItem.Ignored(ref, "an index"));
            } else if (draft.kind() < 6) {
                items.add(new SourceItem.Unreadable(ref, Optional.of(draft.mailbox()), "it is a directory"));
            } else {
                long uid = uids.merge(draft.mailbox(), 1L + random.nextInt(3), Long::sum);
                items.add(message(ref, draft, random.nextInt(4) == 0 ? 0 : uid));
            }
        }
        return new GeneratedSource(items);
    }

    private record Draft(SourceMailbox mailbox, int kind, byte[] bytes) {}

    private static SourceItem.Message message(ItemRef ref, Draft draft, long uid) {
        Random random = new Random(java.util.Arrays.hashCode(draft.bytes()));
        Instant date = Instant.ofEpochSecond(1_767_225_600L + random.nextInt(150 * 86_400));
        List<String> keywords = random.nextInt(3) == 0 ? List.of("$Label" + random.nextInt(4)) : List.of();
        Flags flags = Flags.of(random.nextInt(32) & ~Flags.DELETED, keywords);
        long size = draft.bytes().length + (draft.kind() < 12 ? 7 : 0);
        List<Witness> witnesses = draft.kind() < 60 ? List.of(new Witness.MaildirSize(size)) : List.of();
        if (draft.kind() >= 96) {
            witnesses = List.of(new Witness.TrustedDigest(
                    org.understudy.storage.keyspace.Digest.parse("00".repeat(32)), true, "a manifest"));
        }
        return new SourceItem.Message(ref, draft.mailbox(), uid, date, flags, Content.of(draft.bytes()), witnesses);
    }

    /** A message of up to 20 KB; every other one with bare LF. */
    static byte[] message(long seed) {
        Random random = new Random(seed);
        String end = random.nextBoolean() ? "\n" : "\r\n";
        StringBuilder text = new StringBuilder();
        text.append("From: a").append(random.nextInt(50)).append("@example.org").append(end);
        text.append("Message-ID: <")
                .append(Long.toHexString(seed))
                .append("@example.org>")
                .append(end);
        text.append("Subject: seed ").append(seed).append(end).append(end);
        int lines = random.nextInt(10) == 0 ? random.nextInt(300) : random.nextInt(12);
        for (int i = 0; i < lines; i++) {
            text.append(Long.toString(random.nextLong(), 36))
                    .append(" ".repeat(random.nextInt(50)))
                    .append("x")
                    .append(end);
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    static byte[] canonical(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1)
                .replaceAll("(?<!\r)\n", "\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    List<SourceItem> items() {
        return items;
    }

    @Override
    public Description describe() {
        return new Description("generated", "seed", items.size() + " items");
    }

    @Override
    public List<MailboxInfo> mailboxes() {
        List<MailboxInfo> infos = new ArrayList<>();
        for (String user : USERS) {
            for (String name : MAILBOXES) {
                infos.add(new MailboxInfo(new SourceMailbox(user, name), 1_700_000_000L, !name.equals("Archive")));
            }
            infos.add(new MailboxInfo(new SourceMailbox(user, "Leer"), 0, false));
        }
        return infos;
    }

    @Override
    public void read(long fromOrdinal, Sink sink) throws IOException {
        for (SourceItem item : items.subList((int) Math.min(fromOrdinal, items.size()), items.size())) {
            if (item.ref().ordinal() >= failAt) {
                throw new IOException("the disk with the backup was pulled out");
            }
            sink.accept(item);
        }
    }

    @Override
    public void close() {}
}
