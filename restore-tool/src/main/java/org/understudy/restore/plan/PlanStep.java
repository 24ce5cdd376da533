package org.understudy.restore.plan;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Instant;
import org.understudy.restore.validate.Verdict;
import org.understudy.storage.keyspace.BodyId;
import org.understudy.storage.keyspace.Digest;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MailboxId;

/** One change that a merge would make, or one message that it would leave. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "step")
@JsonSubTypes({
    @JsonSubTypes.Type(value = PlanStep.CreateMailbox.class, name = "create"),
    @JsonSubTypes.Type(value = PlanStep.AddMessage.class, name = "add"),
    @JsonSubTypes.Type(value = PlanStep.ChangeFlags.class, name = "flags"),
    @JsonSubTypes.Type(value = PlanStep.Skip.class, name = "skip")
})
public sealed interface PlanStep {
    /** Makes a mailbox that live does not have. */
    record CreateMailbox(TargetMailbox target, boolean subscribe) implements PlanStep {}

    /**
     * Adds one message.
     *
     * @param from mailbox in the shadow
     * @param uid its UID there
     * @param quarantine whether the target is the quarantine mailbox
     * @param flags what it gets in live
     * @param body id of its bytes, in the shadow and then in live
     */
    record AddMessage(
            TargetMailbox target,
            MailboxId from,
            long uid,
            Verdict verdict,
            boolean quarantine,
            Digest digest,
            long size,
            Instant internalDate,
            Flags flags,
            BodyId body)
            implements PlanStep {}

    /**
     * Changes the flags of a message that live has already.
     *
     * @param liveUid UID in the target mailbox
     * @param modSeq MODSEQ that the message must still have
     */
    record ChangeFlags(TargetMailbox target, long liveUid, long modSeq, Flags before, Flags after)
            implements PlanStep {}

    /**
     * Leaves one message in the shadow.
     *
     * @param detail one line for people, or empty
     */
    record Skip(MailboxId from, long uid, String user, String mailbox, SkipReason reason, String detail)
            implements PlanStep {}

    /** One line, as previews print it. */
    default String text() {
        return switch (this) {
            case CreateMailbox c -> "create   " + c.target() + (c.subscribe() ? " (subscribed)" : "");
            case AddMessage a ->
                (a.quarantine() ? "hold     " : "add      ") + a.target() + " <- shadow " + a.from()
                        + "/" + a.uid() + "  " + a.internalDate() + "  " + a.size() + " octets  "
                        + a.verdict().word();
            case ChangeFlags f -> "flags    " + f.target() + "/" + f.liveUid() + "  " + f.before() + " -> " + f.after();
            case Skip s ->
                "skip     " + s.user() + ":" + s.mailbox() + " shadow " + s.from() + "/" + s.uid() + "  "
                        + s.reason().text() + (s.detail().isEmpty() ? "" : ": " + s.detail());
        };
    }
}
