package org.understudy.restore.loss;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.stream.Stream;
import org.understudy.restore.canary.CanaryState;
import org.understudy.restore.job.OnDisk;
import org.understudy.restore.json.RestoreJson;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import org.understudy.storage.keyspace.Digest;

/**
 * The answers that are kept in {@code loss} of the data folder: {@code latest.json} and one file for each run by its time
 * (docs/loss.md). Two lines of JSON each: what the file is, with the SHA-256 of the second line, and the report. A file
 * is there whole or not at all.
 */
public final class LossFiles {
    private static final String FORMAT = "understudy-loss";
    private static final int VERSION = 1;
    private static final String LATEST = "latest.json";
    private static final int KEPT = 60;
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    private final Path folder;

    private LossFiles(Path folder) {
        this.folder = folder;
    }

    public static LossFiles in(Path dataFolder) {
        return new LossFiles(dataFolder.resolve("loss"));
    }

    public Path folder() {
        return folder;
    }

    record Heading(String format, int version, String sha256) {}

    /** What of a report a status line needs. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Glance(
            Instant at,
            String trigger,
            String headline,
            LossReport.Totals totals,
            List<LossReport.Gone> gone,
            List<CanaryState> canaries) {
        static Glance of(LossReport report) {
            return new Glance(
                    report.at(),
                    report.trigger(),
                    report.headline(),
                    report.totals(),
                    report.gone(),
                    report.canaries());
        }

        /** As {@link LossReport#found}. */
        public boolean found() {
            return totals.lost() > 0
                    || gone.stream().anyMatch(LossReport.Gone::loss)
                    || canaries.stream().anyMatch(CanaryState::wrong);
        }
    }

    /** Writes the report under its time and as the latest, and removes the oldest beyond the last 60. */
    void keep(LossReport report) {
        String text = RestoreJson.write(report);
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        String heading = RestoreJson.write(new Heading(FORMAT, VERSION, sha256(bytes)));
        byte[] whole = (heading + "\n" + text + "\n").getBytes(StandardCharsets.UTF_8);
        try {
            Files.createDirectories(folder);
            write(folder.resolve(TIME.format(report.at()) + ".json"), whole);
            write(folder.resolve(LATEST), whole);
            removeOldest();
        } catch (IOException e) {
            throw OnDisk.failure("cannot write into " + folder, e);
        }
    }

    /** Replaces the lists of users for {@code restore stage --users-file}: one name a line, by file name. */
    void keepUsers(SortedMap<String, SortedSet<String>> lists) {
        try {
            if (Files.isDirectory(folder)) {
                List<Path> old;
                try (Stream<Path> files = Files.list(folder)) {
                    old = files.filter(file -> file.getFileName().toString().matches("(users|expunged)-.*\\.txt"))
                            .toList();
                }
                for (Path file : old) {
                    Files.deleteIfExists(file);
                }
            }
            for (Map.Entry<String, SortedSet<String>> list : lists.entrySet()) {
                Files.createDirectories(folder);
                write(
                        folder.resolve(list.getKey()),
                        (String.join("\n", list.getValue()) + "\n").getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            throw OnDisk.failure("cannot write into " + folder, e);
        }
    }

    /** Two runs may keep their answers at once: each writes a file of its own, and the last one stays. */
    private void write(Path file, byte[] bytes) throws IOException {
        Path aside = Files.createTempFile(folder, "writing-", ".new");
        try (FileOutputStream out = new FileOutputStream(aside.toFile())) {
            out.write(bytes);
            out.getFD().sync();
        } catch (IOException e) {
            Files.deleteIfExists(aside);
            throw e;
        }
        Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        OnDisk.syncFolder(folder);
    }

    private void removeOldest() throws IOException {
        List<Path> dated;
        try (Stream<Path> files = Files.list(folder)) {
            dated = files.filter(file -> file.getFileName().toString().matches("\\d{4}-\\d\\d-\\d\\dT\\d{6}Z\\.json"))
                    .sorted()
                    .toList();
        }
        for (Path old : dated.subList(0, Math.max(0, dated.size() - KEPT))) {
            Files.deleteIfExists(old);
        }
    }

    /**
     * The report of the last run over all of history, or empty if there was none.
     *
     * @throws OperatorException {@link Reason#CONFLICT} if the file was changed or damaged
     */
    public Optional<LossReport> latest() {
        return body().map(body -> parse(body, LossReport.class));
    }

    /** When the latest answer was written; empty if there is none. */
    public Optional<Instant> written() {
        try {
            return Optional.of(Files.getLastModifiedTime(folder.resolve(LATEST)).toInstant());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw OnDisk.failure("cannot look at " + folder.resolve(LATEST), e);
        }
    }

    /** The same in short. */
    public Optional<Glance> glance() {
        return body().map(body -> parse(body, Glance.class));
    }

    private <T> T parse(String body, Class<T> type) {
        try {
            return RestoreJson.read(body, type);
        } catch (IllegalArgumentException e) {
            throw damaged(String.valueOf(e.getMessage()), e);
        }
    }

    private Optional<String> body() {
        String text;
        try {
            text = Files.readString(folder.resolve(LATEST));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw OnDisk.failure("cannot read " + folder.resolve(LATEST), e);
        }
        int end = text.indexOf('\n');
        Heading heading;
        try {
            heading = RestoreJson.read(end < 0 ? text : text.substring(0, end), Heading.class);
        } catch (IllegalArgumentException e) {
            throw damaged("its first line is no heading", e);
        }
        if (!FORMAT.equals(heading.format()) || heading.version() != VERSION) {
            throw damaged(
                    "expected format " + FORMAT + " version " + VERSION + ", found '" + heading.format() + "' version "
                            + heading.version(),
                    null);
        }
        String body = text.substring(end + 1).stripTrailing();
        String found = sha256(body.getBytes(StandardCharsets.UTF_8));
        if (!found.equals(heading.sha256())) {
            throw damaged("expected SHA-256 " + heading.sha256() + ", found " + found, null);
        }
        return Optional.of(body);
    }

    private OperatorException damaged(String what, @org.jspecify.annotations.Nullable Throwable cause) {
        return new OperatorException(
                Reason.CONFLICT,
                folder.resolve(LATEST) + ": " + what,
                "The file was changed or damaged; 'understudy loss' writes it anew.",
                cause);
    }

    private static String sha256(byte[] bytes) {
        return Digest.of(Digest.sha256().digest(bytes)).toString();
    }
}
