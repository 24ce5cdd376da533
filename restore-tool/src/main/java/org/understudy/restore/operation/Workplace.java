package org.understudy.restore.operation;

import java.nio.file.Path;
import java.time.Clock;
import org.understudy.restore.repository.backend.RepositoryPlace;
import org.understudy.storage.MailStore;

/**
 * What an operation works on.
 *
 * @param live the live store, open for writing
 * @param dataFolder holds {@code store}, {@code shadows}, {@code restores}, {@code cohorts} and {@code keys}
 * @param repository where the snapshot repository is
 * @param approvals who may consent to plans
 */
public record Workplace(
        MailStore live, Path dataFolder, RepositoryPlace repository, Clock clock, ApprovalRules approvals) {
    /** One with a directory for its repository, where nothing is configured about approvals. */
    public Workplace(MailStore live, Path dataFolder, Path repository, Clock clock) {
        this(live, dataFolder, RepositoryPlace.folder(repository), clock, ApprovalRules.CLAIMED);
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
