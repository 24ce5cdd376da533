package org.understudy.restore.workflow;

import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.understudy.restore.json.FlagNames;
import org.understudy.storage.MailStore;
import org.understudy.storage.keyspace.MailboxRow;
import org.understudy.storage.keyspace.MailboxState;
import org.understudy.storage.keyspace.MessageFlags;

/** All that users can see of a store, read back from it: mailbox to UID to one line. */
final class StoreExport {
    private StoreExport() {}

    /** With MODSEQ and counters: equal exports mean that nothing was written. */
    static Map<String, Map<Long, String>> exact(MailStore store) throws Exception {
        return of(store, true);
    }

    /** Without what may only grow. */
    static Map<String, Map<Long, String>> visible(MailStore store) throws Exception {
        return of(store, false);
    }

    private static Map<String, Map<Long, String>> of(MailStore store, boolean counters) throws Exception {
        Map<String, Map<Long, String>> all = new TreeMap<>();
        for (MailboxRow row : store.mailboxes().all()) {
            Map<Long, String> lines = new TreeMap<>();
            Map<Long, MessageFlags> flags = new TreeMap<>();
            store.messages().flags(row.id(), 1, 0xFFFF_FFFFL).forEach(one -> flags.put(one.uid(), one));
            MailboxState state = store.mailboxes().state(row.id());
            if (counters) {
                lines.put(0L, row.id() + " " + row.uidValidity() + " " + state);
            } else {
                lines.put(
                        0L,
                        state.messages() + " messages, " + state.unseen() + " unseen, " + state.bytes() + " octets"
                                + (store.subscriptions()
                                                .get(
                                                        row.path().owner(),
                                                        row.path().name())
                                                .isPresent()
                                        ? ", subscribed"
                                        : ""));
            }
            store.messages().scan(row.id(), 1, 0xFFFF_FFFFL, facts -> {
                MessageFlags own = flags.get(facts.uid());
                lines.put(
                        facts.uid(),
                        facts.digest() + " " + sha256(store.bodies().read(facts.body())) + " " + facts.internalDate()
                                + " " + facts.size() + " " + FlagNames.of(own.flags())
                                + (counters ? " " + own.modSeq() : ""));
            });
            all.put(row.path().toString(), lines);
        }
        return all;
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
