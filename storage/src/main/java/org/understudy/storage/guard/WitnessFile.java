package org.understudy.storage.guard;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * The sequence number of the last durable commit: {@code <store>/WITNESS}, 8,192 octets, a slot at 0 and one at 4,096,
 * written in turn, so that a torn write leaves the one before (docs/on-disk-format-guard.md#witness).
 *
 * <p>{@link #raise} costs one seek and one write of 44 octets into the page cache, which outlives the process;
 * {@link #sync} makes it outlive the machine. RandomAccessFile, since the interrupt of a thread would close a
 * FileChannel.
 */
final class WitnessFile implements AutoCloseable {
    static final String FILE = "WITNESS";
    private static final String MAGIC = "UNDWITNS";
    private static final int VERSION = 1;
    private static final int SLOT = 4096;

    private final RandomAccessFile file;
    private final UUID storeId;
    private int nextSlot;

    private WitnessFile(RandomAccessFile file, UUID storeId) {
        this.file = file;
        this.storeId = storeId;
    }

    /** What the file of this store says, or empty if it is missing, another store's or damaged in both slots. */
    static OptionalLong read(Path storeFolder, UUID storeId) throws IOException {
        Path path = storeFolder.resolve(FILE);
        if (!Files.exists(path)) {
            return OptionalLong.empty();
        }
        byte[] all = Files.readAllBytes(path);
        OptionalLong highest = OptionalLong.empty();
        for (int at = 0; at <= SLOT && at < all.length; at += SLOT) {
            byte[] slot = Arrays.copyOfRange(all, at, Math.min(at + SLOT, all.length));
            if (Frame.decode(MAGIC, slot) instanceof Frame.Sound sound
                    && sound.version() == VERSION
                    && sound.body().remaining() == 24) {
                ByteBuffer body = sound.body();
                UUID owner = new UUID(body.getLong(), body.getLong());
                long sequence = body.getLong();
                if (owner.equals(storeId) && (highest.isEmpty() || highest.getAsLong() < sequence)) {
                    highest = OptionalLong.of(sequence);
                }
            }
        }
        return highest;
    }

    /** Opens or makes the file with {@code sequence} in both slots, fsynced. */
    static WitnessFile open(Path storeFolder, UUID storeId, long sequence) throws IOException {
        Path path = storeFolder.resolve(FILE);
        WitnessFile witness = new WitnessFile(new RandomAccessFile(path.toFile(), "rw"), storeId);
        try {
            witness.file.setLength(2L * SLOT);
            witness.raise(sequence);
            witness.raise(sequence);
            witness.sync();
            DurableFile.syncFolder(storeFolder);
        } catch (IOException e) {
            witness.file.close();
            throw e;
        }
        return witness;
    }

    /** Not thread-safe, but may run beside {@link #sync}. */
    void raise(long sequence) throws IOException {
        ByteBuffer body = ByteBuffer.allocate(24);
        body.putLong(storeId.getMostSignificantBits()).putLong(storeId.getLeastSignificantBits());
        body.putLong(sequence);
        file.seek((long) nextSlot * SLOT);
        file.write(Frame.encode(MAGIC, VERSION, body.array()));
        nextSlot ^= 1;
    }

    void sync() throws IOException {
        file.getFD().sync();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
