package org.understudy.server.pop3;

import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.understudy.storage.MailStore;
import org.understudy.storage.UniqueIds;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MailboxPath;
import org.understudy.storage.keyspace.MailboxRow;
import org.understudy.storage.keyspace.MessageFacts;

/** Opens maildrops, each for one session at a time. Thread-safe. */
final class Maildrops {
    private static final int REMEMBERED = 10_000;

    private final MailStore store;
    private final Set<String> taken = new HashSet<>();
    private final Map<MailboxId, Looked> looked = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<MailboxId, Looked> eldest) {
            return size() > REMEMBERED;
        }
    };

    /**
     * What is known of a mailbox's messages up to a UID.
     *
     * @param count of them
     * @param odd the octets that RETR sends of those whose stored form has other line ends than CRLF, by UID
     */
    private record Looked(long upTo, int count, Map<Long, Long> odd) {
        static final Looked NOTHING = new Looked(0, 0, Map.of());
    }

    Maildrops(MailStore store) {
        this.store = store;
    }

    /** @return false if another session has it */
    boolean take(String user) {
        synchronized (taken) {
            return taken.add(user);
        }
    }

    void giveBack(String user) {
        synchronized (taken) {
            taken.remove(user);
        }
    }

    /** The messages of a user's INBOX now. */
    Maildrop open(String user) {
        Optional<MailboxRow> inbox = store.mailboxes().find(MailboxPath.of(user, "INBOX"));
        Maildrop drop = new Maildrop(() -> new UniqueIds(store.settings()).kept(user));
        if (inbox.isPresent()) {
            fill(drop, inbox.get().id());
        }
        return drop;
    }

    private void fill(Maildrop drop, MailboxId mailbox) {
        Looked before;
        synchronized (looked) {
            before = looked.getOrDefault(mailbox, Looked.NOTHING);
        }
        int[] below = {0};
        store.messages().scan(mailbox, 1, before.upTo(), facts -> below[0]++);
        // More than were looked at: some have been put in between, as only a rebuilding may.
        Looked known = below[0] > before.count() ? Looked.NOTHING : before;
        Map<Long, Long> odd = new HashMap<>(known.odd());
        long[] upTo = {known.upTo()};
        store.messages().scan(mailbox, 1, 0xFFFF_FFFFL, facts -> {
            if (facts.uid() > known.upTo() && !isCanonical(facts)) {
                odd.put(facts.uid(), canonicalOctets(facts));
            }
            upTo[0] = facts.uid();
            drop.add(facts.uid(), facts.body(), odd.getOrDefault(facts.uid(), facts.size()), facts.digest());
        });
        synchronized (looked) {
            looked.put(mailbox, new Looked(upTo[0], drop.last(), odd));
        }
    }

    /** Whether all line ends of the stored form are CRLF: then the index knows the body by the canonical form's digest. */
    private boolean isCanonical(MessageFacts facts) {
        return store.bodies().known(facts.digest()).filter(facts.body()::equals).isPresent();
    }

    private long canonicalOctets(MessageFacts facts) {
        long octets = 0;
        int last = 0;
        byte[] piece = new byte[64 << 10];
        try (InputStream in = store.bodies().open(facts.body())) {
            for (int count = in.read(piece); count > 0; count = in.read(piece)) {
                octets += count;
                for (int i = 0; i < count; i++) {
                    if (piece[i] == '\n' && last != '\r') {
                        octets++;
                    }
                    last = piece[i];
                }
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return octets;
    }

    /** The stored octets of a message. */
    InputStream read(Maildrop drop, int number) {
        return store.bodies().open(drop.body(number));
    }
}
