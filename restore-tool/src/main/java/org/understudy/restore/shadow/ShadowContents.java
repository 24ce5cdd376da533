package org.understudy.restore.shadow;

import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.understudy.restore.crowd.Relation;
import org.understudy.restore.job.OnDisk;
import org.understudy.restore.message.MessageLook;
import org.understudy.restore.message.SenderAddresses;
import org.understudy.restore.plan.Likeness;
import org.understudy.restore.plan.ShadowView;
import org.understudy.restore.source.Witness;
import org.understudy.restore.validate.Verdict;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MessageFlags;

/** A shadow as the planner reads it. */
public final class ShadowContents implements ShadowView {
    private static final long LAST_UID = 0xFFFF_FFFFL;

    private final ShadowStore shadow;

    public ShadowContents(ShadowStore shadow) {
        this.shadow = shadow;
    }

    @Override
    public List<Mailbox> mailboxes() {
        return shadow.mailboxes().stream()
                .map(box ->
                        new Mailbox(box.id(), box.source().user(), box.source().name(), box.subscribed()))
                .toList();
    }

    @Override
    public void messages(Mailbox mailbox, Consumer<Message> out) {
        Map<Long, Verdict> verdicts = new HashMap<>();
        Set<Long> contaminated = new HashSet<>();
        Set<Long> rebuilt = new HashSet<>();
        shadow.evidence(mailbox.id(), (uid, evidence) -> {
            verdicts.put(uid, evidence.verdict());
            if (Relation.contaminated(evidence.findings())) {
                contaminated.add(uid);
            }
            if (evidence.witnesses().stream().anyMatch(Witness.Rebuilt.class::isInstance)) {
                rebuilt.add(uid);
            }
        });
        Map<Long, Flags> flags = new HashMap<>();
        for (MessageFlags row : shadow.store().messages().flags(mailbox.id(), 1, LAST_UID)) {
            flags.put(row.uid(), row.flags());
        }
        shadow.store().messages().scan(mailbox.id(), 1, LAST_UID, facts -> {
            Verdict verdict = verdicts.get(facts.uid());
            Flags own = flags.get(facts.uid());
            if (verdict == null || own == null) {
                throw new IllegalStateException("shadow mailbox " + mailbox.id() + " UID " + facts.uid() + " has no "
                        + (verdict == null ? "evidence" : "flags"));
            }
            out.accept(new Message(
                    facts.uid(),
                    facts.digest(),
                    facts.size(),
                    facts.internalDate(),
                    facts.mime().rfc822MessageId(),
                    own,
                    facts.body(),
                    verdict,
                    contaminated.contains(facts.uid()),
                    rebuilt.contains(facts.uid())));
        });
    }

    @Override
    public Set<String> senders(Message message) {
        try (InputStream in = shadow.store().bodies().open(message.body())) {
            return SenderAddresses.of(in);
        } catch (IOException e) {
            throw OnDisk.failure("cannot read body " + message.body() + " of the shadow", e);
        }
    }

    @Override
    public Likeness likeness(Message message) {
        return likeness(shadow.store().bodies().read(message.body()));
    }

    /** What the bytes of a message say. */
    public static Likeness likeness(byte[] bytes) {
        MessageLook look = MessageLook.of(bytes);
        return new Likeness(look.sent(), look.senders(), look.letters(), look.attachments(), look.attachedOctets());
    }
}
