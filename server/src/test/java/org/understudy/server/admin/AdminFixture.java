package org.understudy.server.admin;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.understudy.restore.operation.ApprovalRules;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.repository.backend.RepositoryPlace;
import org.understudy.restore.retention.RetentionRules;
import org.understudy.restore.workflow.RestoreRecovery;
import org.understudy.server.access.TokenBook;
import org.understudy.server.account.AccountsStatus;
import org.understudy.server.account.PasswordHash;
import org.understudy.server.audit.AuditLog;
import org.understudy.server.config.Configuration;
import org.understudy.server.config.DataSize;
import org.understudy.server.health.Readiness;
import org.understudy.server.reclaim.ReclaimStatus;
import org.understudy.server.schedule.BackupHealth;
import org.understudy.server.scrub.ScrubStatus;
import org.understudy.server.search.IndexStatus;
import org.understudy.server.tls.TlsStatus;
import org.understudy.storage.MailStore;

/** What an admin API is made of in tests: a real store in a folder, and its real parts. */
final class AdminFixture {
    private AdminFixture() {}

    static AdminSetup setup(MailStore store, Path data, List<? extends Operation<?, ?>> operations) {
        return setup(
                workplace(store, data, ApprovalRules.CLAIMED),
                operations,
                TokenBook.open(data, Clock.systemUTC()),
                AuditLog.none(),
                List.of(),
                List.of());
    }

    static Workplace workplace(MailStore store, Path data, ApprovalRules rules) {
        return new Workplace(store, data, RepositoryPlace.folder(data.resolve("repository")), Clock.systemUTC(), rules);
    }

    static AdminSetup setup(
            Workplace workplace,
            List<? extends Operation<?, ?>> operations,
            TokenBook tokens,
            AuditLog audit,
            List<RestoreRecovery.Resumed> resumed,
            List<FurtherRoutes> further) {
        return new AdminSetup(
                "1.2.3",
                workplace,
                operations,
                () -> status(workplace),
                () -> new Readiness(true, List.of()),
                audit,
                tokens,
                new RetentionRules(3, 0, 0, 0, 0, 0),
                new PasswordHash(
                        new Configuration.HashCost(DataSize.ofKibibytes(64), 1, 1), new java.security.SecureRandom()),
                resumed,
                further);
    }

    private static ServerStatus status(Workplace workplace) {
        return new ServerStatus(
                "1.2.3",
                workplace.live().storeId(),
                workplace.dataFolder().toString(),
                Instant.EPOCH,
                Duration.ofSeconds(90),
                List.of(),
                1,
                2,
                3,
                4,
                new ServerStatus.Loss(null, "", false, 0, 0, 0, false, ""),
                new ServerStatus.Archive(true, Duration.ofMinutes(1), "CURRENT", "", Instant.EPOCH, "", "", null),
                IndexStatus.OFF,
                ScrubStatus.OFF,
                ReclaimStatus.OFF,
                new BackupHealth(Instant.EPOCH, Instant.EPOCH, null, null, null, null, "", "", List.of(), List.of()),
                AccountsStatus.NONE,
                TlsStatus.NONE);
    }
}
