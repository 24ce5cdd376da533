package org.understudy.server.demo;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;

/** Lets part of a backup rot: flips single bits in one of its files, as a tired disk does. */
final class Rot {
    private static final int BITS = 4;

    private Rot() {}

    /**
     * What was done.
     *
     * @param object path of the file within the repository
     */
    record Damage(String object, String storeFile, long octets, int bits) {}

    /** Flips bits in the largest file of message bodies of a snapshot. */
    static Damage flip(Path repository, SnapshotView snapshot) throws IOException {
        SnapshotView.StoredFile file = snapshot.files().stream()
                .filter(f -> f.columnFamily().equals("body"))
                .max(Comparator.comparingLong(SnapshotView.StoredFile::size))
                .orElseThrow(() -> new IllegalStateException("the snapshot has no file of bodies"));
        Path object = repository
                .resolve("objects")
                .resolve(file.sha256().substring(0, 2))
                .resolve(file.sha256());
        Files.setPosixFilePermissions(object, PosixFilePermissions.fromString("rw-------"));
        try (RandomAccessFile bytes = new RandomAccessFile(object.toFile(), "rw")) {
            for (int i = 1; i <= BITS; i++) {
                long at = file.size() * i / (BITS + 2);
                bytes.seek(at);
                int old = bytes.read();
                bytes.seek(at);
                bytes.write(old ^ 0x10);
            }
        }
        return new Damage(repository.relativize(object).toString(), file.name(), file.size(), BITS);
    }
}
