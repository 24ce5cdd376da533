package org.understudy.server.demo;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;

/** Lets part of a backup rot: flips single bits in one of its files, as a tired disk does. */
final class Rot {
    private static final int BITS = 6;

    private Rot() {}

    /**
     * What was done.
     *
     * @param object path of the file within the repository
     */
    record Damage(String object, String storeFile, long octets, int bits) {}

    /**
     * Flips bits in the largest file of message bodies of a snapshot: every other one about where a wanted body lies, the
     * others evenly spread.
     *
     * @param bodies all bodies of the store by id
     */
    static Damage flip(Path repository, SnapshotView snapshot, List<Town.Body> bodies) throws IOException {
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
            List<Town.Body> within = bodies.stream()
                    .filter(b -> b.id() >= file.firstId() && b.id() <= file.lastId())
                    .toList();
            List<Town.Body> wanted = within.stream().filter(Town.Body::wanted).toList();
            for (int i = 1; i <= BITS; i++) {
                long at = file.size() * i / (BITS + 2);
                if (i % 2 == 0 && !wanted.isEmpty()) {
                    long start = within.get(0).before();
                    long octets = within.get(within.size() - 1).before() - start + 1;
                    long before = wanted.get(wanted.size() * i / (BITS + 2)).before() - start;
                    at = (long) (file.size() * 0.98 * before / octets);
                }
                bytes.seek(at);
                int old = bytes.read();
                bytes.seek(at);
                bytes.write(old ^ 0x10);
            }
        }
        return new Damage(repository.relativize(object).toString(), file.name(), file.size(), BITS);
    }
}
