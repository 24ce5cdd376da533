package org.understudy.restore.cohort;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.understudy.restore.job.LockedFolder;
import org.understudy.restore.job.OnDisk;
import org.understudy.restore.job.Steps;
import org.understudy.restore.json.RestoreJson;
import org.understudy.restore.plan.MergePlan;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/**
 * One cohort's folder, locked for one step. cohort.json is <code>{"version":1,"sha256":...,"cohort":{...}}</code>; the
 * digest is that of the value of {@code cohort}, as it is written there, in UTF-8.
 */
final class CohortFolder implements AutoCloseable {
    private static final String FILE = "cohort.json";
    private static final int VERSION = 1;

    private final LockedFolder folder;
    private final Steps steps;

    private CohortFolder(LockedFolder folder, Steps steps) {
        this.folder = folder;
        this.steps = steps;
    }

    private record Form(int version, String sha256, JsonNode cohort) {}

    static CohortFolder create(Path cohorts, Cohort cohort, Steps steps) {
        Path folder = cohorts.resolve(cohort.id());
        try {
            Files.createDirectories(cohorts);
            Files.createDirectory(folder);
        } catch (IOException e) {
            throw OnDisk.failure("cannot make the folder of a new cohort, " + folder, e);
        }
        CohortFolder made = new CohortFolder(LockedFolder.lock(folder, "cohort"), steps);
        made.save(cohort);
        return made;
    }

    /**
     * Takes the lock of a cohort that there is.
     *
     * @throws OperatorException {@link Reason#NOT_FOUND} if there is none, {@link Reason#BUSY} if another step of it is
     *     running
     */
    static CohortFolder open(Path cohorts, String id, Steps steps) {
        Path folder = cohorts.resolve(CohortIds.checked(id));
        if (!Files.isRegularFile(folder.resolve(FILE))) {
            throw unknown(cohorts, id);
        }
        return new CohortFolder(LockedFolder.lock(folder, "cohort"), steps);
    }

    /** Reads a cohort without locking it. */
    static Cohort read(Path cohorts, String id) {
        return read(cohorts.resolve(CohortIds.checked(id))).orElseThrow(() -> unknown(cohorts, id));
    }

    /** All, oldest first. */
    static List<Cohort> all(Path cohorts) {
        if (!Files.isDirectory(cohorts)) {
            return List.of();
        }
        List<Cohort> all = new ArrayList<>();
        try (Stream<Path> folders = Files.list(cohorts)) {
            for (Path folder : folders.toList()) {
                read(folder).ifPresent(all::add);
            }
        } catch (IOException e) {
            throw OnDisk.failure("cannot list " + cohorts, e);
        }
        all.sort(Comparator.comparing(Cohort::createdAt).thenComparing(Cohort::id));
        return all;
    }

    private static Optional<Cohort> read(Path folder) {
        Path file = folder.resolve(FILE);
        try {
            return Optional.of(parse(Files.readString(file)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw OnDisk.failure("cannot read " + file, e);
        } catch (IllegalArgumentException e) {
            throw new OperatorException(
                    Reason.CONFLICT,
                    file + ": " + e.getMessage(),
                    "The file was changed or damaged; bring it back from a copy. The users' restores are whole without"
                            + " it: 'understudy restore list'.",
                    e);
        }
    }

    /** @throws IllegalArgumentException if the text is no cohort of this version, or not as it was written */
    static Cohort parse(String json) {
        int version = RestoreJson.read(json, JsonNode.class).path("version").asInt();
        if (version != VERSION) {
            throw new IllegalArgumentException(
                    "it is of version " + version + ", and this program knows version " + VERSION);
        }
        Form form = RestoreJson.read(json, Form.class);
        String value = RestoreJson.write(form.cohort());
        String found = MergePlan.hash(value);
        if (!found.equals(form.sha256())) {
            throw new IllegalArgumentException(
                    "its content has the SHA-256 " + found + ", and " + form.sha256() + " stands in it");
        }
        return RestoreJson.read(value, Cohort.class);
    }

    static String text(Cohort cohort) {
        String value = RestoreJson.write(cohort);
        return "{\"version\":" + VERSION + ",\"sha256\":\"" + MergePlan.hash(value) + "\",\"cohort\":" + value + "}\n";
    }

    private static OperatorException unknown(Path cohorts, String id) {
        return new OperatorException(
                Reason.NOT_FOUND,
                "there is no cohort " + id + " in " + cohorts,
                "'understudy restore cohort list' shows the cohorts that there are.");
    }

    Cohort cohort() {
        return read(folder.path())
                .orElseThrow(() -> new IllegalStateException(folder.path() + " has lost its " + FILE));
    }

    Cohort save(Cohort cohort) {
        folder.write(FILE, text(cohort));
        steps.passed(Steps.Step.COHORT_SAVED);
        return cohort;
    }

    void log(java.time.Instant at, String line) {
        folder.log(at, line);
    }

    Path path() {
        return folder.path();
    }

    @Override
    public void close() {
        folder.close();
    }
}
