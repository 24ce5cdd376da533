package org.understudy.storage.keyspace;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Byte forms of the values that are one record each. Every value begins with a version byte; see docs/on-disk-format.md
 * for the tables. Decoders throw {@link org.understudy.storage.CorruptionException} naming family and key.
 */
public final class Codec {
    private static final int VERSION = 1;
    private static final int ACCOUNT_WITH_SCRAM = 2;
    private static final int EXPUNGED_OBSERVED = 2;

    private Codec() {}

    /** {@code version:1 | uidValidity:4 | createdAt:8 | deletedAt:8 | namespace | owner | name}. */
    public static byte[] encode(MailboxRow row) {
        return new RowWriter(64)
                .u8(VERSION)
                .u32(row.uidValidity())
                .instant(row.createdAt())
                .instant(row.deletedAt())
                .text(row.path().namespace())
                .text(row.path().owner())
                .text(row.path().name())
                .done();
    }

    public static MailboxRow mailboxRow(byte[] key, byte[] value) {
        RowReader in = new RowReader(Family.MAILBOX, key, value).version(VERSION);
        long uidValidity = in.u32();
        Instant createdAt = in.instant();
        Instant deletedAt = in.instantOrNull();
        MailboxPath path = new MailboxPath(in.text(), in.text(), in.text());
        in.end();
        return checked(
                in, () -> new MailboxRow(Keys.mailboxOf(Family.MAILBOX, key), path, uidValidity, createdAt, deletedAt));
    }

    /** {@code version:1 | uidNext:8 | highestModSeq:8 | messages:8 | unseen:8 | bytes:8}. */
    public static byte[] encode(MailboxState state) {
        return new RowWriter(41)
                .u8(VERSION)
                .i64(state.uidNext())
                .i64(state.highestModSeq())
                .i64(state.messages())
                .i64(state.unseen())
                .i64(state.bytes())
                .done();
    }

    public static MailboxState mailboxState(byte[] key, byte[] value) {
        RowReader in = new RowReader(Family.STATE, key, value).version(VERSION);
        long uidNext = in.i64();
        long highestModSeq = in.i64();
        long messages = in.i64();
        long unseen = in.i64();
        long bytes = in.i64();
        in.end();
        return checked(in, () -> new MailboxState(uidNext, highestModSeq, messages, unseen, bytes));
    }

    /**
     * {@code version:1 | message:8 | thread:8 | body:8 | size:8 | headerSize:4 | internalDate:8 | savedAt:8 | digest:32
     * | mediaType | subType | textLines:8 | messageIdHeader | properties | attachments}. The rows of copies are made of
     * those of their originals ({@link MessageRow#copy}).
     */
    public static byte[] encode(MessageFacts facts) {
        MimeSummary mime = facts.mime();
        RowWriter out = new RowWriter(192)
                .u8(VERSION)
                .i64(facts.messageId().value())
                .i64(facts.threadId().value())
                .i64(facts.body().value())
                .i64(facts.size())
                .u32(facts.headerSize())
                .instant(facts.internalDate())
                .instant(facts.savedAt())
                .raw(facts.digest().toBytes())
                .text(mime.mediaType())
                .text(mime.subType())
                .i64(mime.textLines())
                .text(mime.rfc822MessageId())
                .varint(mime.properties().size());
        for (MimeSummary.Property property : mime.properties()) {
            out.text(property.namespace()).text(property.name()).text(property.value());
        }
        out.varint(mime.attachments().size());
        for (MimeSummary.Attachment attachment : mime.attachments()) {
            out.text(attachment.id())
                    .text(attachment.name())
                    .text(attachment.contentId())
                    .u8(attachment.inline() ? 1 : 0);
        }
        return out.done();
    }

    public static MessageFacts messageFacts(byte[] key, byte[] value) {
        RowReader in = new RowReader(Family.MESSAGE, key, value);
        MessageFacts facts = read(in, Keys.mailboxOf(Family.MESSAGE, key), Keys.uidOf(Family.MESSAGE, key));
        in.end();
        return facts;
    }

    /** Takes the fixed fields at the beginning of a message's facts; dates in milliseconds, none as the lowest number. */
    public interface ColumnVisitor {
        void message(
                long uid,
                long message,
                long thread,
                long body,
                long size,
                int headerSize,
                long internalDate,
                long savedAt);
    }

    /** Reads the fixed fields at the beginning of facts and nothing behind them. */
    public static void messageColumns(byte[] key, byte[] value, ColumnVisitor out) {
        if (!MessageRow.isWhole(value)) {
            messageFacts(key, value);
            throw new IllegalStateException("a row that is not whole was read");
        }
        out.message(
                Keys.uidOf(Family.MESSAGE, key),
                MessageRow.messageId(value),
                MessageRow.threadId(value),
                MessageRow.body(value),
                MessageRow.size(value),
                MessageRow.headerSize(value),
                MessageRow.internalDate(value),
                MessageRow.savedAt(value));
    }

    private static MessageFacts read(RowReader in, MailboxId mailbox, long uid) {
        int version = in.versionUpTo(MessageRow.COPY);
        long message = in.i64();
        long thread = in.i64();
        long body = in.i64();
        long size = in.i64();
        int headerSize = (int) in.u32();
        Instant internalDate = in.instant();
        Instant savedAt = in.instantOrNull();
        Digest digest = Digest.of(in.raw(Digest.LENGTH));
        String mediaType = in.text();
        String subType = in.text();
        long textLines = in.i64();
        String messageIdHeader = in.text();
        int propertyCount = in.count();
        List<MimeSummary.Property> properties = new ArrayList<>(propertyCount);
        for (int i = 0; i < propertyCount; i++) {
            properties.add(new MimeSummary.Property(in.text(), in.text(), in.text()));
        }
        int attachmentCount = in.count();
        List<MimeSummary.Attachment> attachments = new ArrayList<>(attachmentCount);
        for (int i = 0; i < attachmentCount; i++) {
            attachments.add(new MimeSummary.Attachment(in.text(), in.text(), in.text(), in.u8() == 1));
        }
        MimeSummary mime = new MimeSummary(mediaType, subType, textLines, messageIdHeader, properties, attachments);
        if (version == MessageRow.COPY) {
            in.raw(MessageRow.KEY);
        }
        return checked(
                in,
                () -> new MessageFacts(
                        mailbox,
                        uid,
                        new MessageId(message),
                        new MessageId(thread),
                        new BodyId(body),
                        size,
                        headerSize,
                        internalDate,
                        savedAt,
                        digest,
                        mime));
    }

    /**
     * {@code version:1 | modSeq:8 | expungedAt:8 | observedAt:8 | reason:1 | author | flags | message facts}; in version 1
     * there is no observedAt.
     */
    public static byte[] encode(ExpungedMessage expunged) {
        return encodeExpunge(
                encode(expunged.facts()),
                expunged.flags(),
                expunged.modSeq(),
                expunged.expungedAt(),
                expunged.reason(),
                expunged.author(),
                expunged.observedAt());
    }

    /** The same, of the message's row and what else is in an {@link ExpungedMessage}. */
    public static byte[] encodeExpunge(
            byte[] messageRow,
            Flags flags,
            long modSeq,
            Instant expungedAt,
            ExpungeReason reason,
            String author,
            long observedAt) {
        boolean observed = observedAt != 0;
        RowWriter out = new RowWriter(messageRow.length + 64)
                .u8(observed ? EXPUNGED_OBSERVED : VERSION)
                .i64(modSeq)
                .instant(expungedAt);
        if (observed) {
            out.i64(observedAt);
        }
        out.u8(reason.code()).text(author).flags(flags);
        return out.raw(messageRow).done();
    }

    public static ExpungedMessage expungedMessage(byte[] key, byte[] value) {
        RowReader in = new RowReader(Family.EXPUNGED, key, value);
        int version = in.versionUpTo(EXPUNGED_OBSERVED);
        long modSeq = in.i64();
        Instant expungedAt = in.instant();
        long observedAt = version == EXPUNGED_OBSERVED ? in.i64() : 0;
        int reason = in.u8();
        String author = in.text();
        Flags flags = in.flags();
        MessageFacts facts = read(in, Keys.mailboxOf(Family.EXPUNGED, key), Keys.uidOf(Family.EXPUNGED, key));
        in.end();
        return checked(
                in,
                () -> new ExpungedMessage(
                        facts, flags, modSeq, expungedAt, ExpungeReason.of(reason), author, observedAt));
    }

    /**
     * What the reclaim wants of a row of the expunge log.
     *
     * @param expungedAt milliseconds since 1970 UTC
     */
    public record Expunge(long body, long expungedAt, long observedAt) {}

    public static Expunge expunge(byte[] key, byte[] value) {
        ExpungedMessage whole = expungedMessage(key, value);
        return new Expunge(whole.facts().body().value(), whole.expungedAt().toEpochMilli(), whole.observedAt());
    }

    /** The body that a message's row names. */
    public static long bodyOf(byte[] key, byte[] value) {
        return MessageRow.isWhole(value)
                ? MessageRow.body(value)
                : messageFacts(key, value).body().value();
    }

    /** {@code version:1 | createdAt:8 | password hash}, and in version 2 SCRAM keys as text; without them it is version 1. */
    public static byte[] encodeAccount(Instant createdAt, String passwordHash, String scramKeys) {
        RowWriter out = new RowWriter(256)
                .u8(scramKeys.isEmpty() ? VERSION : ACCOUNT_WITH_SCRAM)
                .instant(createdAt)
                .text(passwordHash);
        return (scramKeys.isEmpty() ? out : out.text(scramKeys)).done();
    }

    /** What an account's value holds; {@code scramKeys} is empty where there are none. */
    public record AccountValue(Instant createdAt, String passwordHash, String scramKeys) {}

    public static AccountValue account(byte[] key, byte[] value) {
        RowReader in = new RowReader(Family.ACCOUNT, key, value);
        int version = in.versionUpTo(ACCOUNT_WITH_SCRAM);
        AccountValue account =
                new AccountValue(in.instant(), in.text(), version == ACCOUNT_WITH_SCRAM ? in.text() : "");
        in.end();
        return account;
    }

    /** {@code id:8}, the value of path, body index and counter rows. */
    public static byte[] encodeId(long id) {
        return new RowWriter(8).i64(id).done();
    }

    public static long id(Family family, byte[] key, byte[] value) {
        RowReader in = new RowReader(family, key, value);
        long id = in.i64();
        in.end();
        return id;
    }

    /** {@code version:1 | bytes}, the value of journal rows and of small tables. */
    public static byte[] encodeBlob(byte[] bytes) {
        return new RowWriter(bytes.length + 1).u8(VERSION).raw(bytes).done();
    }

    public static byte[] blob(Family family, byte[] key, byte[] value) {
        return new RowReader(family, key, value).version(VERSION).rest();
    }

    private interface Maker<T> {
        T make();
    }

    private static <T> T checked(RowReader in, Maker<T> maker) {
        try {
            return Objects.requireNonNull(maker.make());
        } catch (IllegalArgumentException e) {
            throw in.corrupt(e.getMessage() == null ? "impossible value" : e.getMessage());
        }
    }
}
