package org.understudy.restore.inspect;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.source.ItemRef;
import org.understudy.restore.source.SourceMailbox;
import org.understudy.restore.validate.Finding;
import org.understudy.restore.validate.Finding.Place;
import org.understudy.restore.validate.Verdict;
import org.understudy.storage.keyspace.Digest;

/** Results as bytes, for a file that the process that writes it also reads; no other ever does. */
final class ResultCodec {
    private static final int MESSAGE = 0;
    private static final int UNREADABLE = 1;
    private static final int IGNORED = 2;

    private ResultCodec() {}

    static void write(Inspected item, DataOutputStream out) throws IOException {
        out.writeLong(item.ref().ordinal());
        text(out, item.ref().path());
        switch (item) {
            case Inspected.Message m -> {
                out.writeByte(MESSAGE);
                mailbox(out, m.mailbox());
                out.writeLong(m.uid());
                text(out, m.messageId());
                instant(out, m.internalDate());
                Instant date = m.date();
                out.writeBoolean(date != null);
                if (date != null) {
                    instant(out, date);
                }
                out.writeLong(m.size());
                out.write(m.digest().toBytes());
                out.write(m.rawDigest().toBytes());
                out.writeByte(m.verdict().ordinal());
                out.writeInt(m.findings().size());
                for (Finding finding : m.findings()) {
                    finding(out, finding);
                }
            }
            case Inspected.Unreadable u -> {
                out.writeByte(UNREADABLE);
                out.writeBoolean(u.mailbox().isPresent());
                if (u.mailbox().isPresent()) {
                    mailbox(out, u.mailbox().get());
                }
                text(out, u.why());
            }
            case Inspected.Ignored i -> {
                out.writeByte(IGNORED);
                text(out, i.why());
            }
        }
    }

    private static void finding(DataOutputStream out, Finding finding) throws IOException {
        text(out, finding.check());
        out.writeByte(finding.strength().ordinal());
        text(out, finding.what());
        switch (finding.place()) {
            case Place.Whole w -> out.writeByte(0);
            case Place.Octets o -> {
                out.writeByte(1);
                out.writeLong(o.offset());
                out.writeLong(o.length());
            }
            case Place.Header h -> {
                out.writeByte(2);
                text(out, h.name());
            }
            case Place.FileName f -> out.writeByte(3);
        }
    }

    private static void mailbox(DataOutputStream out, SourceMailbox mailbox) throws IOException {
        text(out, mailbox.user());
        text(out, mailbox.name());
    }

    private static void instant(DataOutputStream out, Instant instant) throws IOException {
        out.writeLong(instant.getEpochSecond());
        out.writeInt(instant.getNano());
    }

    private static void text(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    static Reader read(Path file) throws IOException {
        return new Reader(new DataInputStream(new BufferedInputStream(new FileInputStream(file.toFile()), 1 << 16)));
    }

    /** Gives results in the order in which they were written. */
    static final class Reader implements Closeable {
        private static final Verdict[] VERDICTS = Verdict.values();
        private static final Finding.Strength[] STRENGTHS = Finding.Strength.values();

        private final DataInputStream in;

        private Reader(DataInputStream in) {
            this.in = in;
        }

        Inspected next() throws IOException {
            ItemRef ref = new ItemRef(in.readLong(), text());
            return switch (in.readByte()) {
                case MESSAGE -> message(ref);
                case UNREADABLE ->
                    new Inspected.Unreadable(
                            ref, in.readBoolean() ? Optional.of(mailbox()) : Optional.empty(), text());
                case IGNORED -> new Inspected.Ignored(ref, text());
                default -> throw new IOException("item " + ref.ordinal() + " is of no known kind");
            };
        }

        private Inspected message(ItemRef ref) throws IOException {
            SourceMailbox mailbox = mailbox();
            long uid = in.readLong();
            String messageId = text();
            Instant internalDate = instant();
            @Nullable Instant date = in.readBoolean() ? instant() : null;
            long size = in.readLong();
            Digest digest = digest();
            Digest rawDigest = digest();
            Verdict verdict = VERDICTS[in.readByte()];
            List<Finding> findings = new ArrayList<>();
            for (int left = in.readInt(); left > 0; left--) {
                findings.add(finding());
            }
            return new Inspected.Message(
                    ref, mailbox, uid, messageId, internalDate, date, size, digest, rawDigest, verdict, findings);
        }

        private Finding finding() throws IOException {
            String check = text();
            Finding.Strength strength = STRENGTHS[in.readByte()];
            String what = text();
            Place place = switch (in.readByte()) {
                case 0 -> new Place.Whole();
                case 1 -> new Place.Octets(in.readLong(), in.readLong());
                case 2 -> new Place.Header(text());
                case 3 -> new Place.FileName();
                default -> throw new IOException("a finding of " + check + " has no known place");
            };
            return new Finding(check, strength, place, what);
        }

        private SourceMailbox mailbox() throws IOException {
            return new SourceMailbox(text(), text());
        }

        private Instant instant() throws IOException {
            return Instant.ofEpochSecond(in.readLong(), in.readInt());
        }

        private Digest digest() throws IOException {
            byte[] bytes = new byte[Digest.LENGTH];
            in.readFully(bytes);
            return Digest.of(bytes);
        }

        private String text() throws IOException {
            byte[] bytes = new byte[in.readInt()];
            in.readFully(bytes);
            return new String(bytes, StandardCharsets.UTF_8);
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
