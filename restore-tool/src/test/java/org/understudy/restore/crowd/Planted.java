package org.understudy.restore.crowd;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.source.BackupSource;
import org.understudy.restore.source.SourceItem;
import org.understudy.storage.Content;

/** A source of which some messages, chosen by a seed, got octets of others. All contents are held in memory. */
final class Planted implements BackupSource {
    /** What is done to a message. */
    enum Kind {
        FOREIGN_SECTOR,
        FOREIGN_PAGE,
        FOREIGN_HEAD,
        FOREIGN_TAIL,
        COPIED_OVER,
        EXCHANGED
    }

    private final Description description;
    private final List<MailboxInfo> mailboxes;
    private final List<SourceItem> items = new ArrayList<>();
    private final Map<Long, Kind> victims = new LinkedHashMap<>();

    private Planted(BackupSource source) throws IOException {
        description = source.describe();
        mailboxes = source.mailboxes();
        source.read(0, item -> items.add(item instanceof SourceItem.Message m ? with(m, bytes(m)) : item));
    }

    /** @param each so many messages of each kind, as far as there are fit ones */
    static Planted in(BackupSource source, Random random, int each, boolean sizes) throws IOException {
        Planted planted = new Planted(source);
        if (!sizes) {
            planted.items.replaceAll(item -> item instanceof SourceItem.Message m
                    ? new SourceItem.Message(
                            m.ref(), m.mailbox(), m.uid(), m.internalDate(), m.flags(), m.content(), List.of())
                    : item);
        }
        List<SourceItem.Message> messages = planted.items.stream()
                .filter(SourceItem.Message.class::isInstance)
                .map(SourceItem.Message.class::cast)
                .toList();
        Set<Long> taken = new HashSet<>();
        for (Kind kind : Kind.values()) {
            int done = 0;
            for (int tries = 0; done < each && tries < each * 200; tries++) {
                SourceItem.Message victim = messages.get(random.nextInt(messages.size()));
                SourceItem.Message owner = messages.get(random.nextInt(messages.size()));
                if (victim.mailbox().user().equals(owner.mailbox().user())
                        || taken.contains(victim.ref().ordinal())
                        || taken.contains(owner.ref().ordinal())) {
                    continue;
                }
                byte[] own = bytes(victim);
                byte[] other = bytes(owner);
                byte @Nullable [] changed = apply(kind, own, other, random);
                if (changed == null || Arrays.equals(own, changed)) {
                    continue;
                }
                planted.put(victim, changed, kind);
                taken.add(victim.ref().ordinal());
                taken.add(owner.ref().ordinal());
                if (kind == Kind.EXCHANGED) {
                    planted.put(owner, own, kind);
                    done++;
                }
                done++;
            }
        }
        return planted;
    }

    private void put(SourceItem.Message victim, byte[] changed, Kind kind) {
        items.set((int) victim.ref().ordinal(), with(victim, changed));
        victims.put(victim.ref().ordinal(), kind);
    }

    private static byte @Nullable [] apply(Kind kind, byte[] own, byte[] other, Random random) {
        return switch (kind) {
            case FOREIGN_SECTOR -> block(own, other, 512, random);
            case FOREIGN_PAGE -> block(own, other, 4096, random);
            case FOREIGN_HEAD -> {
                if (own.length < 1536 || other.length < 1536) {
                    yield null;
                }
                byte[] changed = own.clone();
                int sectors = 1 + random.nextInt((Math.min(own.length, other.length) - 1) / 512);
                System.arraycopy(other, 0, changed, 0, sectors * 512);
                yield changed;
            }
            case FOREIGN_TAIL -> {
                if (own.length < 1536 || other.length < own.length) {
                    yield null;
                }
                byte[] changed = own.clone();
                int from = 512 * (1 + random.nextInt(own.length / 512 - 1));
                System.arraycopy(other, from, changed, from, own.length - from);
                yield changed;
            }
            case COPIED_OVER -> own.length == other.length ? null : other;
            case EXCHANGED -> own.length == other.length ? null : other;
        };
    }

    private static byte @Nullable [] block(byte[] own, byte[] other, int size, Random random) {
        if (own.length < size * 2 || other.length < size) {
            return null;
        }
        byte[] changed = own.clone();
        System.arraycopy(
                other, size * random.nextInt(other.length / size), changed, size * random.nextInt(own.length / size), size);
        return changed;
    }

    /** By ordinal. */
    Map<Long, Kind> victims() {
        return victims;
    }

    static byte[] bytes(SourceItem.Message message) throws IOException {
        try (InputStream in = message.content().open()) {
            return in.readAllBytes();
        }
    }

    private static SourceItem.Message with(SourceItem.Message m, byte[] bytes) {
        return new SourceItem.Message(
                m.ref(), m.mailbox(), m.uid(), m.internalDate(), m.flags(), Content.of(bytes), m.witnesses());
    }

    @Override
    public Description describe() {
        return description;
    }

    @Override
    public List<MailboxInfo> mailboxes() {
        return mailboxes;
    }

    @Override
    public void read(long fromOrdinal, Sink sink) throws IOException {
        for (SourceItem item : items.subList((int) fromOrdinal, items.size())) {
            sink.accept(item);
        }
    }

    @Override
    public void close() {}
}
