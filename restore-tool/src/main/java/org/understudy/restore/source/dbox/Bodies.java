package org.understudy.restore.source.dbox;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import org.understudy.restore.source.ReadFailure;
import org.understudy.storage.Content;

/** Makes a message's own octets of what is stored. */
final class Bodies {
    /** Octets held in memory once unpacked. */
    private static final int HELD = 4 << 20;

    /** Octets of an unpacked message at most; no server takes mail a tenth as large. */
    private static final long LARGEST = 2L << 30;

    /** Octets by which a message may be longer than its metadata states, which is left to the checks to see. */
    private static final long SLACK = 1 << 20;

    /** Why a message cannot be had, in words. */
    static final class Unreadable extends Exception {
        private static final long serialVersionUID = 1;

        Unreadable(String why) {
            super(why);
        }

        String why() {
            return String.valueOf(getMessage());
        }
    }

    private final List<Path> attachments;

    /** @param attachments folders in which attachments may lie that are stored apart */
    Bodies(List<Path> attachments) {
        this.attachments = List.copyOf(attachments);
    }

    /** @param suffix what the file names of this message's attachments end with */
    Content content(Path file, StoredFile.Stored message, String suffix) throws Unreadable {
        if (message.size() == 0) {
            throw new Unreadable("there is nothing between its header and its metadata");
        }
        Region stored = new Region(file, message.body(), message.size());
        Packing packing;
        try (InputStream in = stored.open()) {
            packing = Packing.of(in.readNBytes(Packing.HEAD));
        } catch (IOException e) {
            throw new Unreadable(ReadFailure.words(e));
        }
        boolean apart = !message.metadata().attachments().isEmpty();
        return switch (packing) {
            case XZ ->
                throw new Unreadable("is packed by xz, which cannot be read here; have Dovecot write it anew"
                        + " without ('doveadm sync' into a new location), and read that");
            case ENCRYPTED ->
                throw new Unreadable(
                        "is encrypted by Dovecot's mail_crypt, and can be read with its key"
                                + " alone; have Dovecot write it anew without ('doveadm sync' into a new location), and read that");
            case NONE -> apart ? joined(stored, message, suffix) : stored;
            case GZIP, BZIP2, ZSTD, LZ4 -> {
                if (apart) {
                    throw new Unreadable("is packed, and has attachments stored apart as well; that is not read here");
                }
                yield unpacked(stored, packing, message.metadata().physical());
            }
        };
    }

    private Content joined(Region stored, StoredFile.Stored message, String suffix) throws Unreadable {
        try {
            Content joined = Attachments.joined(stored, message.metadata().attachments(), attachments, suffix);
            try (InputStream in = joined.open()) {
                in.transferTo(OutputStream.nullOutputStream());
            }
            return joined;
        } catch (IOException e) {
            throw new Unreadable(ReadFailure.words(e));
        }
    }

    private static Content unpacked(Region stored, Packing packing, long stated) throws Unreadable {
        long most = stated > 0 ? Math.min(LARGEST, stated + SLACK) : LARGEST;
        long size = 0;
        ByteArrayOutputStream held = new ByteArrayOutputStream((int) Math.min(HELD, Math.max(1024, stated)));
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = packing.unpack(stored.open())) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                size += n;
                if (size > most) {
                    throw new Unreadable("is packed by %s and unpacks to more than %,d octets%s"
                            .formatted(packing.words(), most, stated > 0 ? ", far more than its metadata states" : ""));
                }
                if (size <= HELD) {
                    held.write(buffer, 0, n);
                }
            }
        } catch (IOException e) {
            throw new Unreadable("is packed by %s, and cannot be unpacked beyond its octet %,d: %s"
                    .formatted(packing.words(), size, ReadFailure.words(e)));
        }
        if (size <= HELD) {
            return Content.of(held.toByteArray());
        }
        long whole = size;
        return new Content() {
            @Override
            public long size() {
                return whole;
            }

            @Override
            public InputStream open() throws IOException {
                return packing.unpack(stored.open());
            }
        };
    }
}
