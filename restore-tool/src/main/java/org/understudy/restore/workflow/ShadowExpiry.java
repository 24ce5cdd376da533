package org.understudy.restore.workflow;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.restore.job.JobFolder;
import org.understudy.restore.job.OnDisk;
import org.understudy.restore.job.RestoreJob;
import org.understudy.restore.job.RestoreJobs;
import org.understudy.restore.job.Steps;
import org.understudy.restore.shadow.ShadowStore;
import org.understudy.restore.shadow.ShadowTerms;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/**
 * Deletes shadows whose time is over: those of restores that are merged or undone, a given time after their last step,
 * and not before a date that somebody has asked for. A restore that is not finished, or whose last step stopped, keeps
 * its shadow; when nothing has happened to it for that long, a warning says so, once.
 *
 * <p>Taking a merge back needs the live store's journal only, so it stays possible. Whatever else needs the shadow is
 * refused afterwards with the date of its deletion. The deletion takes the restore's lock: a step under way goes first.
 */
public final class ShadowExpiry {
    private static final Logger LOG = LoggerFactory.getLogger(ShadowExpiry.class);
    private static final String DELETING = "store.deleting";

    private final Path shadows;
    private final Path restores;
    private final Duration life;
    private final Clock clock;
    private final BooleanSupplier frozen;
    private final Set<String> warned = new HashSet<>();

    /** @param life how long after the last step of a finished restore its shadow is kept */
    public ShadowExpiry(Path shadows, Path restores, Duration life, Clock clock) {
        this(shadows, restores, life, clock, () -> false);
    }

    /**
     * @param life how long after the last step of a finished restore its shadow is kept
     * @param frozen whether an incident hold is on, during which no shadow is deleted
     */
    public ShadowExpiry(Path shadows, Path restores, Duration life, Clock clock, BooleanSupplier frozen) {
        this.frozen = frozen;
        this.shadows = shadows;
        this.restores = restores;
        this.life = life;
        this.clock = clock;
    }

    /**
     * Sets the dates of all shadows and deletes those whose date has come. What cannot be done for one restore is logged,
     * and done next time.
     *
     * @return the restores whose shadows were deleted
     */
    public synchronized List<String> sweep() {
        List<String> deleted = new ArrayList<>();
        for (RestoreJob job : RestoreJobs.all(restores)) {
            try {
                if (sweep(job)) {
                    deleted.add(job.id());
                }
            } catch (OperatorException e) {
                if (e.reason() != Reason.BUSY) {
                    LOG.error("the shadow of restore {} cannot be looked after: {}", job.id(), e.getMessage());
                }
            }
        }
        return deleted;
    }

    private boolean sweep(RestoreJob job) {
        Path folder = shadows.resolve(job.id());
        if (Files.exists(folder.resolve(DELETING))) {
            deleteTree(folder.resolve(DELETING));
        }
        if (!Files.isDirectory(folder.resolve(ShadowStore.STORE))) {
            return false;
        }
        ShadowTerms terms = ShadowTerms.read(shadows, job.id());
        Instant now = clock.instant();
        Instant due = due(job, terms);
        if (due == null && now.isAfter(job.changedAt().plus(life)) && warned.add(job.id())) {
            LOG.warn(
                    "restore {} has waited since {} for 'understudy {} {}'; its shadow is kept until it is finished",
                    job.id(),
                    job.changedAt(),
                    job.state().next(),
                    job.id());
        }
        boolean over = due != null && !now.isBefore(due);
        if (!over && Objects.equals(due, terms.deleteAt())) {
            return false;
        }
        if (over && frozen.getAsBoolean()) {
            return false;
        }
        try (JobFolder locked = JobFolder.open(restores, job.id(), Steps.UNWATCHED)) {
            return settle(locked, folder);
        }
    }

    private boolean settle(JobFolder locked, Path folder) {
        RestoreJob job = locked.job();
        ShadowTerms terms = ShadowTerms.read(shadows, job.id());
        Instant now = clock.instant();
        Instant due = due(job, terms);
        terms = terms.toBeDeleted(due);
        if (due == null || now.isBefore(due)) {
            terms.write(shadows, job.id());
            return false;
        }
        terms.deleted(now).write(shadows, job.id());
        locked.log(now, "shadow deleted, as was due at " + due + "; the merge's undo does not need it");
        try {
            Files.move(folder.resolve(ShadowStore.STORE), folder.resolve(DELETING), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw OnDisk.failure("cannot delete the shadow " + folder, e);
        }
        deleteTree(folder.resolve("segments"));
        deleteTree(folder.resolve(DELETING));
        LOG.info("the shadow of restore {} is deleted, as was due at {}", job.id(), due);
        return true;
    }

    private @Nullable Instant due(RestoreJob job, ShadowTerms terms) {
        if (job.failure() != null) {
            return null;
        }
        return switch (job.state()) {
            case MERGED, UNDONE -> {
                Instant due = job.changedAt().plus(life);
                Instant asked = terms.keepUntil();
                yield asked != null && asked.isAfter(due) ? asked : due;
            }
            case STAGING, STAGED, VALIDATED, PLANNED, APPROVED, MERGING, UNDOING -> null;
        };
    }

    private static void deleteTree(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException fault)
                        throws IOException {
                    if (fault != null) {
                        throw fault;
                    }
                    Files.delete(directory);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw OnDisk.failure("cannot delete " + folder, e);
        }
    }
}
