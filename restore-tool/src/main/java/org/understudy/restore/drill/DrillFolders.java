package org.understudy.restore.drill;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.restore.job.OnDisk;
import org.understudy.restore.sealed.SealedFile;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** The drills of a data folder, by their ids. */
public final class DrillFolders {
    /** How long the shadows of a drill that failed are kept. */
    static final Duration FAILED_KEPT = Duration.ofDays(7);

    /** How many results are kept. */
    static final int RESULTS_KEPT = 1000;

    private static final Logger LOG = LoggerFactory.getLogger(DrillFolders.class);
    private static final String RESULT = "result.json";
    private static final SealedFile<DrillResult> FORM = new SealedFile<>("understudy-drill", 1, DrillResult.class);
    private static final Pattern ID = Pattern.compile("d-[0-9]{8}-[0-9]{6}-[0-9a-f]{4}");
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final Path drills;

    private DrillFolders(Path drills) {
        this.drills = drills;
    }

    public static DrillFolders in(Path dataFolder) {
        return new DrillFolders(dataFolder.resolve("drills"));
    }

    /**
     * A drill as its folder tells.
     *
     * @param result empty for one that was cut short, is under way, or whose result cannot be read
     * @param fault why there is no result, or empty
     */
    public record Entry(String id, Optional<DrillResult> result, String fault) {}

    /** Makes the folder of a new drill. */
    Path begin(Instant now, RandomGenerator random) {
        try {
            Files.createDirectories(drills);
            while (true) {
                String id = "d-" + TIME.format(now) + "-%04x".formatted(random.nextInt(0x10000));
                Path folder = drills.resolve(id);
                if (!Files.exists(folder)) {
                    return Files.createDirectory(folder);
                }
            }
        } catch (IOException e) {
            throw OnDisk.failure("cannot make a folder for a drill in " + drills, e);
        }
    }

    void write(Path folder, DrillResult result) {
        FORM.write(folder, RESULT, result);
    }

    /** Newest first. */
    public List<Entry> all() {
        return newestFirst().toList();
    }

    /** The same, each read when it is asked for. */
    public Stream<Entry> newestFirst() {
        return folders().stream().map(DrillFolders::entry);
    }

    /** Their ids, newest first; what they came to is not read. */
    public List<String> ids() {
        return folders().stream()
                .map(folder -> String.valueOf(folder.getFileName()))
                .toList();
    }

    /** One of {@link #ids}. */
    public Entry entry(String id) {
        return entry(drills.resolve(id));
    }

    private static Entry entry(Path folder) {
        String id = String.valueOf(folder.getFileName());
        try {
            Optional<DrillResult> result = FORM.read(folder.resolve(RESULT));
            return new Entry(
                    id, result, result.isPresent() ? "" : "it has no result: it is under way, or was cut short");
        } catch (SealedFile.DamagedException e) {
            return new Entry(id, Optional.empty(), folder.resolve(RESULT) + " " + e.getMessage());
        }
    }

    /** The newest that was good. */
    public Optional<DrillResult> lastGood() {
        return all().stream()
                .flatMap(entry -> entry.result().stream())
                .filter(DrillResult::good)
                .findFirst();
    }

    /**
     * One drill, by its id or its beginning.
     *
     * @throws OperatorException {@link Reason#NOT_FOUND} if there is none
     */
    public Entry one(String id) {
        return all().stream()
                .filter(entry -> id.equals("latest") || entry.id().startsWith(id))
                .findFirst()
                .orElseThrow(() -> new OperatorException(
                        Reason.NOT_FOUND,
                        "there is no drill " + id + " in " + drills,
                        "'understudy drill list' shows the drills that there were."));
    }

    private List<Path> folders() {
        List<Path> folders = new ArrayList<>();
        if (!Files.isDirectory(drills)) {
            return folders;
        }
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(drills)) {
            for (Path path : stream) {
                if (ID.matcher(String.valueOf(path.getFileName())).matches()
                        && Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                    folders.add(path);
                }
            }
        } catch (DirectoryIteratorException | IOException e) {
            throw OnDisk.failure("cannot list " + drills, e instanceof IOException io ? io : new IOException(e));
        }
        folders.sort(Comparator.reverseOrder());
        return folders;
    }

    /** Deletes the shadows of drills whose time is over, and the oldest results beyond a thousand. */
    public void sweep(Instant now) {
        int number = 0;
        for (Path folder : folders()) {
            number++;
            String id = String.valueOf(folder.getFileName());
            Instant day = LocalDate.parse(id.substring(2, 10), DateTimeFormatter.BASIC_ISO_DATE)
                    .atStartOfDay(ZoneOffset.UTC)
                    .plusDays(1)
                    .toInstant();
            if (day.plus(FAILED_KEPT).isBefore(now) && hasShadows(folder)) {
                dropShadows(folder);
                LOG.info("the shadows of drill {} are deleted; its result stays", id);
            }
            if (number > RESULTS_KEPT) {
                delete(folder);
            }
        }
    }

    private static boolean hasShadows(Path folder) {
        return Files.exists(folder.resolve("shadows")) || Files.exists(folder.resolve("restores"));
    }

    /** Deletes the restores and shadows of a drill. */
    static void dropShadows(Path folder) {
        delete(folder.resolve("shadows"));
        delete(folder.resolve("restores"));
    }

    static void delete(Path root) {
        if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (var walk = Files.walk(root)) {
            for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (UncheckedIOException | IOException e) {
            throw OnDisk.failure("cannot delete " + root, e instanceof IOException io ? io : new IOException(e));
        }
    }
}
