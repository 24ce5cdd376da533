package org.understudy.restore.repository.log;

import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.understudy.storage.LoggedEffect;
import org.understudy.storage.MailStore;
import org.understudy.storage.keyspace.Codec;
import org.understudy.storage.keyspace.Family;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MailboxRow;

/** Whose mail an effect concerns. Not thread-safe. */
final class Concerned {
    private static final Set<Family> BY_MAILBOX = EnumSet.of(
            Family.STATE,
            Family.KEYWORD,
            Family.MESSAGE,
            Family.FLAG_CHUNK,
            Family.FLAG_OVERRIDE,
            Family.CHANGE,
            Family.EXPUNGED);
    private static final int ID_BYTES = 8;
    private static final int REMEMBERED = 1 << 16;

    private final MailStore store;
    private final Map<MailboxId, String> owners = new HashMap<>();

    Concerned(MailStore store) {
        this.store = store;
    }

    SortedSet<String> by(LoggedEffect effect) {
        SortedSet<String> users = new TreeSet<>();
        for (LoggedEffect.Row row : effect.rows()) {
            Family family = row.family();
            if (family == Family.MAILBOX && row.kind() == LoggedEffect.Kind.PUT) {
                MailboxRow mailbox = Codec.mailboxRow(row.key(), row.value());
                remember(mailbox.id(), mailbox.path().owner());
                users.add(mailbox.path().owner());
            } else if (family != null && BY_MAILBOX.contains(family) && row.key().length >= ID_BYTES) {
                owner(row.key()).ifPresent(users::add);
            } else if (family == Family.ACCOUNT || family == Family.SUBSCRIPTION) {
                String key = new String(row.key(), StandardCharsets.UTF_8);
                int zero = key.indexOf('\0');
                users.add(zero < 0 ? key : key.substring(0, zero));
            }
        }
        return users;
    }

    private Optional<String> owner(byte[] key) {
        MailboxId id = new MailboxId(java.nio.ByteBuffer.wrap(key).getLong());
        String known = owners.get(id);
        if (known != null) {
            return Optional.of(known);
        }
        Optional<String> owner =
                store.mailboxes().find(id).map(row -> row.path().owner());
        owner.ifPresent(name -> remember(id, name));
        return owner;
    }

    private void remember(MailboxId id, String owner) {
        if (owners.size() >= REMEMBERED) {
            owners.clear();
        }
        owners.put(id, owner);
    }
}
