package org.understudy.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.storage.guard.DurableFile;
import org.understudy.storage.guard.Frame;
import org.understudy.storage.keyspace.MailboxId;

/**
 * The file {@code SUMMARIES} of a store's folder, which a store leaves when it is closed in order, so that the next one need
 * not scan the flags of mailboxes that were in use (docs/on-disk-format.md#summaries).
 *
 * <p>Design. It only saves time: it is taken if it was written by the very state of the database that is opened, which it
 * names, and goes away with that. Nothing that happens to it harms mail, so nothing is refused because of it.
 */
final class SummaryFile {
    private static final Logger LOG = LoggerFactory.getLogger(SummaryFile.class);
    private static final String FILE = "SUMMARIES";
    private static final String MAGIC = "UNDSUMMA";
    private static final int VERSION = 1;

    private SummaryFile() {}

    /**
     * What was left, to be used if the database turns out to be at {@code sequence}.
     *
     * @param summaries byte forms by mailbox
     */
    record Left(long sequence, Map<MailboxId, byte[]> summaries) {
        static final Left NOTHING = new Left(-1, Map.of());
    }

    /** Reads the file of a closed store. What is no good is told in the log, unless there is none or it is of another state. */
    static Left read(Path folder, Path database) {
        Path file = folder.resolve(FILE);
        try {
            return switch (Frame.decode(MAGIC, Files.readAllBytes(file))) {
                case Frame.Unsound unsound -> {
                    LOG.warn(
                            "{} {}; it is not used, and the first SELECT of each mailbox takes longer",
                            file,
                            unsound.why());
                    yield Left.NOTHING;
                }
                case Frame.Sound sound when sound.version() == VERSION -> decode(sound.body(), state(folder, database));
                case Frame.Sound sound -> Left.NOTHING;
            };
        } catch (NoSuchFileException e) {
            return Left.NOTHING;
        } catch (IOException e) {
            LOG.warn(
                    "could not read {}: {}; it is not used, and the first SELECT of each mailbox takes longer",
                    file,
                    e.toString());
            return Left.NOTHING;
        }
    }

    /** Takes the file away, since the store is to be changed. */
    static void remove(Path folder) {
        try {
            Files.deleteIfExists(folder.resolve(FILE));
        } catch (IOException e) {
            LOG.warn("could not delete {}, which is of no use any more: {}", folder.resolve(FILE), e.toString());
        }
    }

    /** Writes the file of a store that is closed. */
    static void write(Path folder, Path database, Left left) {
        try {
            DurableFile.replace(
                    folder.resolve(FILE), Frame.encode(MAGIC, VERSION, encode(left, state(folder, database))));
        } catch (IOException e) {
            LOG.warn(
                    "could not write {}: {}; the first SELECT of each mailbox will take longer",
                    folder.resolve(FILE),
                    e.toString());
        }
    }

    /** Names the state of a closed database: its line, and its MANIFEST with the length. */
    private static byte[] state(Path folder, Path database) throws IOException {
        String manifest = Files.readString(database.resolve("CURRENT"), StandardCharsets.US_ASCII)
                .strip();
        return (LineFile.read(folder) + " " + manifest + " " + Files.size(database.resolve(manifest)))
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] encode(Left left, byte[] state) {
        int length = 2 + state.length + 8 + 4;
        for (byte[] summary : left.summaries.values()) {
            length += 12 + summary.length;
        }
        ByteBuffer out = ByteBuffer.allocate(length);
        out.putShort((short) state.length).put(state);
        out.putLong(left.sequence).putInt(left.summaries.size());
        left.summaries.forEach((mailbox, summary) ->
                out.putLong(mailbox.value()).putInt(summary.length).put(summary));
        return out.array();
    }

    private static Left decode(ByteBuffer in, byte[] state) {
        if (!ByteBuffer.wrap(bytes(in, in.getShort())).equals(ByteBuffer.wrap(state))) {
            return Left.NOTHING;
        }
        long sequence = in.getLong();
        int count = in.getInt();
        Map<MailboxId, byte[]> summaries = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            summaries.put(new MailboxId(in.getLong()), bytes(in, in.getInt()));
        }
        return new Left(sequence, summaries);
    }

    private static byte[] bytes(ByteBuffer in, int length) {
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }
}
