package org.understudy.server.admin;

import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.retention.RetentionRules;
import org.understudy.restore.workflow.RestoreRecovery;
import org.understudy.server.access.TokenBook;
import org.understudy.server.account.PasswordHash;
import org.understudy.server.audit.AuditLog;
import org.understudy.server.health.Readiness;

/**
 * What the admin API offers, and with what.
 *
 * @param operations one of each name
 * @param retention which snapshots are kept where a request to prune does not say; null where that cannot be asked for
 * @param passwords hashes those that requests carry; null where no users can be made
 * @param resumed restores that were completed when the server started
 * @param further pages beside the API
 */
public record AdminSetup(
        String version,
        Workplace workplace,
        List<? extends Operation<?, ?>> operations,
        Supplier<ServerStatus> status,
        Supplier<Readiness> readiness,
        AuditLog audit,
        TokenBook tokens,
        @Nullable RetentionRules retention,
        @Nullable PasswordHash passwords,
        List<RestoreRecovery.Resumed> resumed,
        List<FurtherRoutes> further) {
    public AdminSetup {
        operations = List.copyOf(operations);
        resumed = List.copyOf(resumed);
        further = List.copyOf(further);
    }
}
