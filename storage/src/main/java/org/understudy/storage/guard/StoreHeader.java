package org.understudy.storage.guard;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import org.understudy.storage.MailStore;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/**
 * What makes a folder a store: {@code <store>/HEADER}, 52 octets, written when the store is made and when a newer version opens it for writing
 * ({@code "UNDSTORE" | formatVersion:4 | 32:4 | storeId:16 | createdAt:8 | reserved:8 | crc32c:4}; docs/on-disk-format-guard.md#header).
 *
 * @param formatVersion version of everything in the folder, from 1
 * @param createdAt to the millisecond
 */
public record StoreHeader(int formatVersion, UUID storeId, Instant createdAt) {
    static final String FILE = "HEADER";
    static final String DATABASE = "db";
    private static final String MAGIC = "UNDSTORE";
    private static final int BODY = 32;

    public StoreHeader {
        if (formatVersion < 1) {
            throw new IllegalArgumentException("format version " + formatVersion);
        }
        createdAt = createdAt.truncatedTo(ChronoUnit.MILLIS);
    }

    /**
     * Whether a store may be made here: the folder is missing, or empty, or holds only what a broken-off
     * {@link #create} left.
     */
    public static boolean isNew(Path storeFolder) {
        if (!Files.exists(storeFolder)) {
            return true;
        }
        for (String name : names(storeFolder)) {
            boolean leftover = name.equals("lost+found")
                    || name.equals(FILE + ".new")
                    || (name.equals(GuardPair.A) && GuardPair.read(storeFolder).isNothingButNew());
            if (!leftover) {
                return false;
            }
        }
        return true;
    }

    /**
     * Makes a store's folder with a header of {@link MailStore#FORMAT_VERSION}. The first guard record, which says
     * that nothing has been stored yet, is written before, so that a store that is killed while being made can be made
     * again.
     *
     * @throws OperatorException {@link Reason#STORE_REFUSED} unless {@link #isNew}
     */
    public static StoreHeader create(Path storeFolder, Clock clock) {
        if (!isNew(storeFolder)) {
            throw new Refusal(storeFolder)
                    .because("the folder is not empty (" + listed(storeFolder) + "), so no store is made in it")
                    .next("Name an empty folder, or one that does not exist.")
                    .thrown();
        }
        StoreHeader header = new StoreHeader(MailStore.FORMAT_VERSION, UUID.randomUUID(), clock.instant());
        Path file = storeFolder.resolve(FILE);
        try {
            Files.createDirectories(storeFolder);
            GuardPair.writeNew(storeFolder, header, clock.instant());
            DurableFile.replace(file, header.encode());
        } catch (IOException e) {
            throw DurableFile.failed("write", file, e);
        }
        return header;
    }

    /**
     * @throws OperatorException {@link Reason#STORE_REFUSED} if the header is missing, foreign, damaged or newer than
     *     this program; {@link Reason#IO} or {@link Reason#PERMISSION} if it cannot be read
     */
    public static StoreHeader read(Path storeFolder) {
        Path file = storeFolder.resolve(FILE);
        if (!Files.exists(file)) {
            throw missing(storeFolder);
        }
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file);
        } catch (IOException e) {
            throw DurableFile.failed("read", file, e);
        }
        return switch (Frame.decode(MAGIC, bytes)) {
            case Frame.Unsound unsound -> throw damaged(storeFolder, unsound.why());
            case Frame.Sound sound -> decode(storeFolder, sound);
        };
    }

    /**
     * Raises the format of a store that an older version has written, once it is admitted and before anything newer is
     * written into it: from then on, that version refuses the store with words. Every older form is read as it is.
     *
     * @return the header as it is now
     */
    public StoreHeader raised(Path storeFolder) {
        if (formatVersion == MailStore.FORMAT_VERSION) {
            return this;
        }
        StoreHeader raised = new StoreHeader(MailStore.FORMAT_VERSION, storeId, createdAt);
        Path file = storeFolder.resolve(FILE);
        try {
            DurableFile.replace(file, raised.encode());
        } catch (IOException e) {
            throw DurableFile.failed("write", file, e);
        }
        return raised;
    }

    private static StoreHeader decode(Path storeFolder, Frame.Sound frame) {
        if (frame.version() > MailStore.FORMAT_VERSION) {
            throw new Refusal(storeFolder)
                    .because(FILE + " says that the store has format " + frame.version()
                            + ", but this program knows formats up to " + MailStore.FORMAT_VERSION)
                    .next("Upgrade Understudy to the version that last wrote this store.")
                    .thrown();
        }
        ByteBuffer body = frame.body();
        if (frame.version() < 1 || body.remaining() != BODY) {
            throw damaged(
                    storeFolder, "has format " + frame.version() + " and " + body.remaining() + " octets of body");
        }
        return new StoreHeader(
                frame.version(), new UUID(body.getLong(), body.getLong()), Instant.ofEpochMilli(body.getLong()));
    }

    byte[] encode() {
        ByteBuffer body = ByteBuffer.allocate(BODY);
        body.putLong(storeId.getMostSignificantBits()).putLong(storeId.getLeastSignificantBits());
        body.putLong(createdAt.toEpochMilli());
        return Frame.encode(MAGIC, formatVersion, body.array());
    }

    private static OperatorException missing(Path storeFolder) {
        Refusal refusal = new Refusal(storeFolder);
        if (!Files.exists(storeFolder)) {
            return refusal.because("the folder does not exist")
                    .next("Check the path of the store in the configuration, and whether its disk is mounted.")
                    .thrown();
        }
        boolean mail = Files.exists(storeFolder.resolve(DATABASE));
        if (mail) {
            return refusal.because("the file HEADER is missing, but there is a database in db")
                    .means("Without it, nobody can say which format this is or whether the store is complete; no new"
                            + " store is made over it.")
                    .next("Restore HEADER from a copy of this folder, or stage a restore from the newest snapshot.")
                    .thrown();
        }
        return refusal.because("this is no store: the file HEADER is missing, and there is " + listed(storeFolder))
                .next("Check the path of the store in the configuration, or name an empty folder for a new store.")
                .thrown();
    }

    private static OperatorException damaged(Path storeFolder, String why) {
        return new Refusal(storeFolder)
                .because("the file HEADER is foreign or damaged: it " + why)
                .means("Without it, nobody can say which format this is.")
                .next("Restore HEADER from a copy of this folder, or stage a restore from the newest snapshot.")
                .thrown();
    }

    private static String listed(Path folder) {
        List<String> names = names(folder);
        String some = String.join(", ", names.subList(0, Math.min(5, names.size())));
        return names.isEmpty() ? "nothing in it" : names.size() > 5 ? some + " and more" : some;
    }

    private static List<String> names(Path folder) {
        try (Stream<Path> children = Files.list(folder)) {
            return List.copyOf(new TreeSet<>(
                    children.map(child -> child.getFileName().toString()).toList()));
        } catch (IOException e) {
            throw DurableFile.failed("list", folder, e);
        }
    }
}
