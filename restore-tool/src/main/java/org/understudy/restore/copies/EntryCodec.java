package org.understudy.restore.copies;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.inspect.Inspected;
import org.understudy.restore.source.ItemRef;
import org.understudy.restore.source.SourceMailbox;
import org.understudy.restore.validate.Finding;
import org.understudy.restore.validate.Verdict;
import org.understudy.storage.keyspace.Digest;

/**
 * An entry as bytes, for the index's temporary file. The file lives no longer than the process that wrote it, so the form
 * has no version.
 */
final class EntryCodec {
    private static final Verdict[] VERDICTS = Verdict.values();
    private static final Finding.Strength[] STRENGTHS = Finding.Strength.values();

    private EntryCodec() {}

    static byte[] encode(CopyEntry entry) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeLong(entry.ref().ordinal());
        text(out, entry.ref().path());
        text(out, entry.mailbox().user());
        text(out, entry.mailbox().name());
        out.writeLong(entry.uid());
        out.writeLong(entry.uidValidity());
        switch (entry.item()) {
            case Inspected.Message message -> message(out, message);
            case Inspected.Unreadable unreadable -> {
                out.writeByte(-1);
                text(out, unreadable.why());
            }
            case Inspected.Ignored ignored ->
                throw new IllegalArgumentException(ignored.ref().path() + " is no message and has no copies");
        }
        return bytes.toByteArray();
    }

    private static void message(DataOutputStream out, Inspected.Message message) throws IOException {
        out.writeByte(message.verdict().ordinal());
        text(out, message.messageId());
        instant(out, message.internalDate());
        instant(out, message.date());
        out.writeLong(message.size());
        out.write(message.digest().toBytes());
        out.write(message.rawDigest().toBytes());
        out.writeInt(message.findings().size());
        for (Finding finding : message.findings()) {
            text(out, finding.check());
            out.writeByte(finding.strength().ordinal());
            place(out, finding.place());
            text(out, finding.what());
        }
    }

    private static void place(DataOutputStream out, Finding.Place place) throws IOException {
        switch (place) {
            case Finding.Place.Whole whole -> out.writeByte(0);
            case Finding.Place.Octets octets -> {
                out.writeByte(1);
                out.writeLong(octets.offset());
                out.writeLong(octets.length());
            }
            case Finding.Place.Header header -> {
                out.writeByte(2);
                text(out, header.name());
            }
            case Finding.Place.FileName name -> out.writeByte(3);
        }
    }

    static CopyEntry decode(int source, byte[] bytes) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
        ItemRef ref = new ItemRef(in.readLong(), text(in));
        SourceMailbox mailbox = new SourceMailbox(text(in), text(in));
        long uid = in.readLong();
        long uidValidity = in.readLong();
        int verdict = in.readByte();
        Inspected item = verdict < 0
                ? new Inspected.Unreadable(ref, Optional.of(mailbox), text(in))
                : message(in, ref, mailbox, uid, VERDICTS[verdict]);
        return new CopyEntry(source, item, mailbox, uid, uidValidity);
    }

    private static Inspected.Message message(
            DataInputStream in, ItemRef ref, SourceMailbox mailbox, long uid, Verdict verdict) throws IOException {
        String messageId = text(in);
        Instant internalDate = instant(in);
        Instant date = instant(in);
        if (internalDate == null) {
            throw new IOException("an entry of the index has no date of arrival");
        }
        long size = in.readLong();
        Digest digest = Digest.of(in.readNBytes(Digest.LENGTH));
        Digest rawDigest = Digest.of(in.readNBytes(Digest.LENGTH));
        int count = in.readInt();
        List<Finding> findings = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            findings.add(new Finding(text(in), STRENGTHS[in.readByte()], place(in), text(in)));
        }
        return new Inspected.Message(
                ref, mailbox, uid, messageId, internalDate, date, size, digest, rawDigest, verdict, findings);
    }

    private static Finding.Place place(DataInputStream in) throws IOException {
        int kind = in.readByte();
        return switch (kind) {
            case 0 -> new Finding.Place.Whole();
            case 1 -> new Finding.Place.Octets(in.readLong(), in.readLong());
            case 2 -> new Finding.Place.Header(text(in));
            case 3 -> new Finding.Place.FileName();
            default -> throw new IOException("an entry of the index has a place of kind " + kind);
        };
    }

    private static void text(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static String text(DataInputStream in) throws IOException {
        return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
    }

    private static void instant(DataOutputStream out, @Nullable Instant instant) throws IOException {
        out.writeBoolean(instant != null);
        if (instant != null) {
            out.writeLong(instant.getEpochSecond());
            out.writeInt(instant.getNano());
        }
    }

    private static @Nullable Instant instant(DataInputStream in) throws IOException {
        return in.readBoolean() ? Instant.ofEpochSecond(in.readLong(), in.readInt()) : null;
    }
}
