package org.understudy.restore.merge;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.restore.plan.Likeness;
import org.understudy.restore.plan.LiveView;
import org.understudy.restore.shadow.ShadowContents;
import org.understudy.storage.CorruptionException;
import org.understudy.storage.MailStore;
import org.understudy.storage.Usage;
import org.understudy.storage.keyspace.Digest;
import org.understudy.storage.keyspace.MailboxPath;
import org.understudy.storage.keyspace.MailboxRow;
import org.understudy.storage.keyspace.MailboxState;
import org.understudy.storage.keyspace.MessageFlags;

/** The live store as the planner reads it. */
public final class LiveState implements LiveView {
    static final long LAST_UID = 0xFFFF_FFFFL;

    private static final Logger LOG = LoggerFactory.getLogger(LiveState.class);

    private final MailStore live;

    public LiveState(MailStore live) {
        this.live = live;
    }

    @Override
    public String storeId() {
        return live.storeId();
    }

    @Override
    public boolean userExists(String user) {
        return live.accounts().find(user).isPresent()
                || !live.mailboxes().ofOwner(MailboxPath.PRIVATE, user).isEmpty();
    }

    @Override
    public Optional<Mailbox> mailbox(String user, String name) {
        return live.mailboxes().find(MailboxPath.of(user, name)).map(row -> {
            MailboxState state = live.mailboxes().state(row.id());
            return new Mailbox(row.id(), row.uidValidity(), state.uidNext(), state.highestModSeq());
        });
    }

    @Override
    public List<Message> messages(Mailbox mailbox) {
        return messages(mailbox, 1);
    }

    /** Messages from a UID on. One that is expunged while this runs may be missing. */
    List<Message> messages(Mailbox mailbox, long fromUid) {
        Map<Long, MessageFlags> flags = new HashMap<>();
        for (MessageFlags one : live.messages().flags(mailbox.id(), fromUid, LAST_UID)) {
            flags.put(one.uid(), one);
        }
        List<Message> messages = new ArrayList<>();
        live.messages().scan(mailbox.id(), fromUid, LAST_UID, facts -> {
            MessageFlags own = flags.get(facts.uid());
            if (own != null) {
                messages.add(new Message(
                        facts.uid(),
                        own.modSeq(),
                        facts.digest(),
                        facts.size(),
                        facts.internalDate(),
                        facts.mime().rfc822MessageId(),
                        own.flags()));
            }
        });
        return messages;
    }

    @Override
    public Optional<Likeness> likeness(Mailbox mailbox, Message message) {
        try {
            return live.messages()
                    .facts(mailbox.id(), message.uid())
                    .map(facts -> ShadowContents.likeness(live.bodies().read(facts.body())));
        } catch (CorruptionException e) {
            LOG.warn("message {}/{} of live cannot be compared with a rebuilt one", mailbox.id(), message.uid(), e);
            return Optional.empty();
        }
    }

    @Override
    public List<Expunged> expunged(Mailbox mailbox) {
        List<Expunged> all = new ArrayList<>();
        live.messages()
                .scanExpunged(
                        mailbox.id(),
                        one -> all.add(new Expunged(
                                one.facts().uid(),
                                one.facts().digest(),
                                one.facts().internalDate(),
                                one.reason(),
                                one.expungedAt())));
        return all;
    }

    @Override
    public Quota quota(String user) {
        Usage usage = live.usage(MailboxPath.PRIVATE, user);
        return new Quota(usage.messages(), usage.bytes(), limit(user, "messages"), limit(user, "octets"));
    }

    /** The user's own limit, else that of the domain, else that of all; as the quota-limit rows have them. */
    private long limit(String user, String kind) {
        int at = user.indexOf('@');
        String root = MailboxPath.PRIVATE + "&" + user;
        for (String owner : at < 0 ? List.of(root, "") : List.of(root, user.substring(at), "")) {
            Optional<byte[]> row = live.quotaLimits().get(owner, kind);
            if (row.isPresent()) {
                return Long.parseLong(new String(row.get(), StandardCharsets.US_ASCII));
            }
        }
        return -1;
    }

    @Override
    public Set<Digest> digestsOf(String user) {
        Set<Digest> all = new HashSet<>();
        for (MailboxRow row : live.mailboxes().ofOwner(MailboxPath.PRIVATE, user)) {
            live.messages().scan(row.id(), 1, LAST_UID, facts -> all.add(facts.digest()));
        }
        return all;
    }
}
