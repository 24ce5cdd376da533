package org.understudy.restore.damage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.repository.MailFixture;
import org.understudy.restore.repository.VerifyRepository;

/** Damages files of a repository of snapshots, and lets it be verified in full. */
final class SnapshotTrial {
    /** Kinds of damage to one file of a repository. */
    enum Kind {
        OBJECT_BIT_FLIPPED,
        OBJECT_CUT,
        OBJECT_SECTOR_CHANGED,
        OBJECT_MISSING,
        OBJECTS_SWAPPED,
        MANIFEST_BIT_FLIPPED,
        MANIFEST_CUT,
        MANIFEST_MISSING;

        String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    private final Path scratch;

    SnapshotTrial(Path scratch) {
        this.scratch = scratch;
    }

    List<TreeTrial.Row> run(long seed, int rounds) throws IOException, InterruptedException {
        List<TreeTrial.Row> rows = new ArrayList<>();
        try (MailFixture mail = new MailFixture(scratch.resolve("fixture"))) {
            mail.deliver("anna", "INBOX", 200, 3000);
            mail.deliver("ben", "INBOX", 100, 2000);
            mail.take();
            mail.deliver("anna", "INBOX", 50, 3000);
            mail.take();
            if (!sound(mail, mail.repository())) {
                throw new IllegalStateException("the sound repository raises an alarm");
            }
            Path copy = scratch.resolve("damaged");
            for (Kind kind : Kind.values()) {
                TreeTrial.Row row = new TreeTrial.Row(kind.text());
                int[] counts = row.seen.computeIfAbsent(Evidence.SIGNATURE, e -> new int[2]);
                Random random = new Random(seed * 17 + kind.ordinal());
                for (int i = 0; i < rounds; i++) {
                    copy(mail.repository(), copy);
                    damage(kind, copy, random);
                    counts[0]++;
                    counts[1] += sound(mail, copy) ? 0 : 1;
                    DamageBenchmark.delete(copy);
                }
                rows.add(row);
            }
        }
        return rows;
    }

    private static boolean sound(MailFixture mail, Path repository) throws InterruptedException {
        return new VerifyRepository()
                .run(new VerifyRepository.Request(true, List.of()), mail.workplace(repository), Progress.SILENT)
                .sound();
    }

    private static void damage(Kind kind, Path repository, Random random) throws IOException {
        boolean manifest = kind.name().startsWith("MANIFEST");
        List<Path> files = new ArrayList<>();
        try (Stream<Path> all = Files.walk(repository)) {
            all.filter(Files::isRegularFile)
                    .filter(file ->
                            manifest ? isManifest(file) : file.toString().contains("/objects/"))
                    .filter(file -> file.toFile().length() > 0)
                    .sorted()
                    .forEach(files::add);
        }
        Path file = files.get(random.nextInt(files.size()));
        byte[] bytes = Files.readAllBytes(file);
        switch (kind) {
            case OBJECT_BIT_FLIPPED, MANIFEST_BIT_FLIPPED -> {
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                Files.write(file, bytes);
            }
            case OBJECT_CUT, MANIFEST_CUT ->
                Files.write(file, java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length)));
            case OBJECT_SECTOR_CHANGED -> {
                int from = 512 * random.nextInt((bytes.length + 511) / 512);
                int to = Math.min(bytes.length, from + 512);
                for (int i = from; i < to; i++) {
                    bytes[i] ^= 0x55;
                }
                Files.write(file, bytes);
            }
            case OBJECT_MISSING, MANIFEST_MISSING -> Files.delete(file);
            case OBJECTS_SWAPPED -> {
                Path other = files.get((files.indexOf(file) + 1 + random.nextInt(files.size() - 1)) % files.size());
                byte[] others = Files.readAllBytes(other);
                Files.write(file, others);
                Files.write(other, bytes);
            }
        }
    }

    private static boolean isManifest(Path file) {
        return file.toString().contains("/snapshots/") && file.toString().endsWith(".json");
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : all.toList()) {
                Path target = to.resolve(from.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(path, target, StandardCopyOption.REPLACE_EXISTING);
                    if (!target.toFile().setWritable(true)) {
                        throw new IOException(target + " cannot be made writable");
                    }
                }
            }
        }
    }
}
