package org.understudy.restore.migrate;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.job.LockedFolder;
import org.understudy.restore.job.OnDisk;
import org.understudy.restore.sealed.SealedFile;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** One migration's folder, locked for one step. Thread-safe. */
final class MigrationFolder implements AutoCloseable {
    static final String FORMAT = "understudy-migration";
    static final int VERSION = 1;

    private static final String FILE = "migration.json";
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,40}");
    private static final SealedFile<Migration> SEALED = new SealedFile<>(FORMAT, VERSION, Migration.class);

    /** A user's step that ended is on disk no later than so long after; what a crash takes away, the next round finds. */
    private static final long NOTED_EACH_NANOS = 1_000_000_000L;

    private final LockedFolder folder;
    private @Nullable Migration noted;
    private long written = System.nanoTime();

    private MigrationFolder(LockedFolder folder) {
        this.folder = folder;
    }

    static Path all(Path dataFolder) {
        return dataFolder.resolve("migrations");
    }

    static MigrationFolder create(Path migrations, Migration migration) {
        Path folder = migrations.resolve(checked(migration.name()));
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw OnDisk.failure("cannot make the folder of a new migration, " + folder, e);
        }
        MigrationFolder made = new MigrationFolder(LockedFolder.lock(folder, "migration"));
        if (Files.exists(folder.resolve(FILE))) {
            made.close();
            throw new OperatorException(
                    Reason.CONFLICT,
                    "there is a migration " + migration.name() + " already",
                    "Add users to it by 'understudy migrate add', or choose another name.");
        }
        made.folder.write(FILE, SEALED.text(migration));
        return made;
    }

    /**
     * Takes the lock of a migration that there is.
     *
     * @throws OperatorException {@link Reason#NOT_FOUND} if there is none, {@link Reason#BUSY} if another step of it is
     *     running
     */
    static MigrationFolder open(Path migrations, String name) {
        read(migrations, name);
        return new MigrationFolder(LockedFolder.lock(migrations.resolve(checked(name)), "migration"));
    }

    /** Reads a migration without locking it. */
    static Migration read(Path migrations, String name) {
        Path file = migrations.resolve(checked(name)).resolve(FILE);
        try {
            return SEALED.read(file)
                    .orElseThrow(() -> new OperatorException(
                            Reason.NOT_FOUND,
                            "there is no migration " + name + " in " + migrations,
                            names(migrations).isEmpty()
                                    ? "Begin one by 'understudy migrate new NAME'."
                                    : "There are: " + String.join(", ", names(migrations)) + "."));
        } catch (SealedFile.DamagedException e) {
            throw new OperatorException(
                    Reason.CONFLICT,
                    file + " " + e.getMessage(),
                    "The file was changed or damaged; bring it back from a copy. Mail that was brought over is whole"
                            + " without it.",
                    e);
        }
    }

    static List<String> names(Path migrations) {
        if (!Files.isDirectory(migrations)) {
            return List.of();
        }
        List<String> names = new ArrayList<>();
        try (Stream<Path> folders = Files.list(migrations)) {
            folders.filter(one -> Files.isRegularFile(one.resolve(FILE)))
                    .forEach(one -> names.add(one.getFileName().toString()));
        } catch (IOException e) {
            throw OnDisk.failure("cannot list " + migrations, e);
        }
        names.sort(null);
        return names;
    }

    private static String checked(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new OperatorException(
                    Reason.USAGE,
                    "'" + name + "' cannot be the name of a migration",
                    "Use up to 41 small letters, digits and hyphens, for example cluster-2.");
        }
        return name;
    }

    synchronized Migration migration() {
        Migration now = noted;
        if (now != null) {
            return now;
        }
        Path path = folder.path();
        return read(
                java.util.Objects.requireNonNull(path.getParent()),
                path.getFileName().toString());
    }

    /** Changes the migration, durably. */
    synchronized Migration change(UnaryOperator<Migration> change) {
        Migration changed = change.apply(migration());
        folder.write(FILE, SEALED.text(changed));
        noted = null;
        written = System.nanoTime();
        return changed;
    }

    /** Changes the migration; on disk within a second, and when this is closed. */
    synchronized void note(UnaryOperator<Migration> change) {
        if (System.nanoTime() - written >= NOTED_EACH_NANOS) {
            change(change);
        } else {
            noted = change.apply(migration());
        }
    }

    void log(Instant at, String line) {
        folder.log(at, line);
    }

    /** The folder of one user; made where it is missing. */
    Path user(String user) {
        Path path = folder.path().resolve("users").resolve(fileName(user));
        try {
            Files.createDirectories(path);
        } catch (IOException e) {
            throw OnDisk.failure("cannot make " + path, e);
        }
        return path;
    }

    /** A user's name as the name of a file; two users never have the same. */
    private static String fileName(String user) {
        String encoded = URLEncoder.encode(user, StandardCharsets.UTF_8).replace("%40", "@");
        return encoded.startsWith(".") ? "%2E" + encoded.substring(1) : encoded;
    }

    Path path() {
        return folder.path();
    }

    @Override
    public void close() {
        try {
            if (noted != null) {
                change(UnaryOperator.identity());
            }
        } finally {
            folder.close();
        }
    }
}
