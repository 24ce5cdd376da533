package org.understudy.restore.migrate;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.Role;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;

/** {@code migrate.new}: begins a migration, without users. */
public final class NewMigration implements Operation<NewMigration.Request, MigrationReport> {
    /** @param name small letters, digits and hyphens */
    public record Request(String name, OldCluster cluster) {
        public Request {
            Objects.requireNonNull(name, "'name' is missing");
            Objects.requireNonNull(cluster, "'cluster' is missing");
        }
    }

    @Override
    public String name() {
        return "migrate.new";
    }

    @Override
    public Role role() {
        return Role.ADMIN;
    }

    @Override
    public Class<Request> requestType() {
        return Request.class;
    }

    @Override
    public Class<MigrationReport> resultType() {
        return MigrationReport.class;
    }

    @Override
    public MigrationReport run(Request request, Workplace workplace, Progress progress) throws InterruptedException {
        OldIds unused = OldIds.of(request.cluster().uniqueIds());
        Instant now = workplace.clock().instant();
        Path migrations = MigrationFolder.all(workplace.dataFolder());
        try (MigrationFolder folder =
                MigrationFolder.create(migrations, Migration.begin(request.name(), request.cluster(), now))) {
            folder.log(now, "begun, from " + request.cluster().text());
            return new MigrationReport(
                    Board.of(folder.migration(), now, folder.path().toString()), List.of(), 0);
        }
    }
}
