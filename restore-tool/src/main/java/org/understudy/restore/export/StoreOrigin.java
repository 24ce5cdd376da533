package org.understudy.restore.export;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.export.OriginMessage.Fault;
import org.understudy.storage.CorruptionException;
import org.understudy.storage.MailStore;
import org.understudy.storage.OperatorException;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MailboxPath;
import org.understudy.storage.keyspace.MailboxRow;
import org.understudy.storage.keyspace.MailboxState;
import org.understudy.storage.keyspace.MessageFacts;
import org.understudy.storage.keyspace.MessageFlags;

/** The live store. Reads 1,000 UIDs at a time; what users change meanwhile is seen or not. */
final class StoreOrigin implements Origin {
    private static final long WINDOW = 1000;

    private final MailStore store;

    StoreOrigin(MailStore store) {
        this.store = store;
    }

    @Override
    public String identity() {
        return "live store " + store.storeId();
    }

    @Override
    public MailStore store() {
        return store;
    }

    @Override
    public SortedMap<String, List<OriginMailbox>> users() {
        SortedMap<String, List<OriginMailbox>> users = new TreeMap<>();
        store.accounts().all().forEach(account -> users.put(account.name(), new ArrayList<>()));
        Map<String, Set<String>> subscriptions = new HashMap<>();
        store.subscriptions().all().forEach((user, names) -> subscriptions.put(user, names.keySet()));
        for (MailboxRow row : store.mailboxes().all()) {
            MailboxPath path = row.path();
            MailboxState state = store.mailboxes().state(row.id());
            users.computeIfAbsent(path.owner(), owner -> new ArrayList<>())
                    .add(new OriginMailbox(
                            row.id(),
                            path.owner(),
                            name(path.namespace(), path.name()),
                            row.uidValidity(),
                            state.uidNext(),
                            subscriptions.getOrDefault(path.owner(), Set.of()).contains(path.name()),
                            state.messages()));
        }
        users.values().forEach(mailboxes -> mailboxes.sort(Comparator.comparing(OriginMailbox::name)));
        return users;
    }

    /** A mailbox outside users' own namespace has that before its name. */
    static String name(String namespace, String name) {
        return namespace.equals(MailboxPath.PRIVATE) ? name : namespace + MailboxPath.DELIMITER + name;
    }

    @Override
    public void messages(OriginMailbox mailbox, Sink sink) throws IOException, InterruptedException {
        scan(store, mailbox, sink);
    }

    static void scan(MailStore store, OriginMailbox mailbox, Sink sink) throws IOException, InterruptedException {
        for (long from = 1; from < mailbox.uidNext(); from += WINDOW) {
            new Window(store, mailbox, from, Math.min(mailbox.uidNext() - 1, from + WINDOW - 1)).give(sink);
        }
    }

    @Override
    public boolean vanished(MessageFacts facts) {
        try {
            return store.messages().facts(facts.mailbox(), facts.uid()).isEmpty();
        } catch (CorruptionException e) {
            return false;
        }
    }

    /** Leaves the store open. */
    @Override
    public void close() {}

    /** Rows of a range of UIDs. */
    private static final class Window {
        private final MailStore store;
        private final OriginMailbox mailbox;
        private final long from;
        private final long to;
        private final Map<Long, MessageFacts> facts = new HashMap<>();
        private final Map<Long, Flags> flags = new HashMap<>();
        private final Map<Long, String> faults = new HashMap<>();

        Window(MailStore store, OriginMailbox mailbox, long from, long to) {
            this.store = store;
            this.mailbox = mailbox;
            this.from = from;
            this.to = to;
        }

        void give(Sink sink) throws IOException, InterruptedException {
            try {
                for (MessageFlags one : store.messages().flags(mailbox.id(), from, to)) {
                    flags.put(one.uid(), one.flags());
                }
            } catch (CorruptionException | OperatorException e) {
                each(uid -> store.messages().flags(mailbox.id(), uid).ifPresent(one -> flags.put(uid, one.flags())));
            }
            try {
                store.messages().scan(mailbox.id(), from, to, one -> facts.put(one.uid(), one));
            } catch (CorruptionException | OperatorException e) {
                facts.clear();
                each(uid -> store.messages().facts(mailbox.id(), uid).ifPresent(one -> facts.put(uid, one)));
            }
            TreeSet<Long> uids = new TreeSet<>(facts.keySet());
            uids.addAll(flags.keySet());
            uids.addAll(faults.keySet());
            for (long uid : uids) {
                Optional<OriginMessage> message = message(uid, facts.get(uid), flags.get(uid));
                if (message.isPresent()) {
                    sink.accept(message.get());
                }
            }
        }

        private Optional<OriginMessage> message(long uid, @Nullable MessageFacts fact, @Nullable Flags own) {
            String fault = faults.getOrDefault(uid, "the row is missing");
            if (fact != null && own != null) {
                return Optional.of(new OriginMessage.Found(fact, own));
            }
            if (fact != null) {
                return store.messages().facts(mailbox.id(), uid).isEmpty()
                        ? Optional.empty()
                        : Optional.of(new OriginMessage.Doubtful(
                                fact, Flags.NONE, Fault.FLAGS_LOST, "flags and keywords: " + fault));
            }
            boolean stillListed = faults.containsKey(uid)
                    || store.messages().flags(mailbox.id(), uid).isPresent();
            return stillListed ? Optional.of(new OriginMessage.Lost(uid, fault)) : Optional.empty();
        }

        private interface Reading {
            void read(long uid);
        }

        private void each(Reading reading) {
            for (long uid = from; uid <= to; uid++) {
                try {
                    reading.read(uid);
                } catch (CorruptionException | OperatorException e) {
                    faults.putIfAbsent(uid, String.valueOf(e.getMessage()));
                }
            }
        }
    }
}
