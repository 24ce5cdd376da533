package org.understudy.restore.repair;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.understudy.storage.Accounts;
import org.understudy.storage.CorruptionException;
import org.understudy.storage.MailStore;
import org.understudy.storage.Rows;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.MailboxId;

/** Brings accounts and the small tables of the new store to what the damaged one has, table by table. */
final class TableRepair {
    /** Rows that a store keeps of itself. */
    private static final String STORES_OWN = "storage";

    private final MailStore damaged;
    private final MailStore fresh;
    private final Author author;
    private final List<String> ofSnapshot = new ArrayList<>();
    private long changed;

    TableRepair(MailStore damaged, MailStore fresh, Author author) {
        this.damaged = damaged;
        this.fresh = fresh;
        this.author = author;
    }

    /** @param mailboxes ids in the new store by those in the damaged one */
    void run(Map<MailboxId, MailboxId> mailboxes) {
        Map<String, String> renamed = new HashMap<>();
        mailboxes.forEach((from, to) -> renamed.put(from.toString(), to.toString()));
        accounts();
        rows("subscriptions", MailStore::subscriptions, Map.of());
        rows("annotations", MailStore::annotations, renamed);
        rows("access lists", MailStore::accessLists, renamed);
        rows("quota limits", MailStore::quotaLimits, Map.of());
        rows("attachments", MailStore::attachments, Map.of());
        rows("settings", MailStore::settings, Map.of());
    }

    /** Tables that cannot be read, which are as in the snapshot. */
    List<String> ofSnapshot() {
        return List.copyOf(ofSnapshot);
    }

    /** Rows that are other than in the snapshot. */
    long changed() {
        return changed;
    }

    private void accounts() {
        List<Accounts.Account> now;
        try {
            now = damaged.accounts().all();
        } catch (CorruptionException e) {
            ofSnapshot.add("accounts");
            return;
        }
        TreeSet<String> names = new TreeSet<>();
        for (Accounts.Account account : now) {
            names.add(account.name());
            Accounts.Account then = fresh.accounts().find(account.name()).orElse(null);
            if (then == null) {
                fresh.accounts().add(account.name(), account.passwordHash(), account.scramKeys(), author);
                changed++;
            } else if (!then.passwordHash().equals(account.passwordHash())
                    || !then.scramKeys().equals(account.scramKeys())) {
                fresh.accounts().setPasswordHash(account.name(), account.passwordHash(), account.scramKeys(), author);
                changed++;
            }
        }
        for (Accounts.Account account : fresh.accounts().all()) {
            if (!names.contains(account.name())) {
                fresh.accounts().delete(account.name(), author);
                changed++;
            }
        }
    }

    private void rows(String name, Function<MailStore, Rows> table, Map<String, String> renamed) {
        SortedMap<String, SortedMap<String, byte[]>> now = new TreeMap<>();
        try {
            table.apply(damaged).all().forEach((owner, rows) -> now.put(renamed.getOrDefault(owner, owner), rows));
        } catch (CorruptionException e) {
            ofSnapshot.add(name);
            return;
        }
        Rows target = table.apply(fresh);
        SortedMap<String, SortedMap<String, byte[]>> then = target.all();
        TreeSet<String> owners = new TreeSet<>(now.keySet());
        owners.addAll(then.keySet());
        owners.remove(STORES_OWN);
        for (String owner : owners) {
            SortedMap<String, byte[]> wanted = now.getOrDefault(owner, new TreeMap<>());
            SortedMap<String, byte[]> there = then.getOrDefault(owner, new TreeMap<>());
            Map<String, byte @Nullable []> changes = new TreeMap<>();
            wanted.forEach((key, value) -> {
                if (!Arrays.equals(value, there.get(key))) {
                    changes.put(key, value);
                }
            });
            there.keySet().stream().filter(key -> !wanted.containsKey(key)).forEach(key -> changes.put(key, null));
            target.write(owner, changes, author);
            changed += changes.size();
        }
    }
}
