package org.understudy.restore.operation;

import java.nio.file.Path;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.repository.backend.RepositoryPlace;
import org.understudy.storage.MailStore;

/**
 * What an operation works on.
 *
 * @param live the live store, open for writing
 * @param dataFolder holds {@code store}, {@code shadows}, {@code restores}, {@code cohorts} and {@code keys}
 * @param repository where the snapshot repository is
 * @param approvals who may consent to plans
 * @param caller for whom the work is done; null for whoever runs the command line on this machine
 */
public record Workplace(
        MailStore live,
        Path dataFolder,
        RepositoryPlace repository,
        Clock clock,
        ApprovalRules approvals,
        @Nullable Caller caller) {
    /** For whoever runs the command line on this machine, or for the server itself. */
    public Workplace(
            MailStore live, Path dataFolder, RepositoryPlace repository, Clock clock, ApprovalRules approvals) {
        this(live, dataFolder, repository, clock, approvals, null);
    }

    /** One with a directory for its repository, where nothing is configured about approvals. */
    public Workplace(MailStore live, Path dataFolder, Path repository, Clock clock) {
        this(live, dataFolder, RepositoryPlace.folder(repository), clock, ApprovalRules.CLAIMED);
    }

    /** The same, for a person. */
    public Workplace of(@Nullable Caller person) {
        return new Workplace(live, dataFolder, repository, clock, approvals, person);
    }

    /** The name of the person for whom the work is done, or null where no credential says. */
    public @Nullable String person() {
        return caller == null ? null : caller.person();
    }

    public Path shadows() {
        return dataFolder.resolve("shadows");
    }

    public Path restores() {
        return dataFolder.resolve("restores");
    }

    public Path cohorts() {
        return dataFolder.resolve("cohorts");
    }

    /** Holds the signing key; never inside the repository. */
    public Path keys() {
        return dataFolder.resolve("keys");
    }
}
