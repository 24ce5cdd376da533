package org.understudy.restore.migrate;

import java.nio.file.Path;
import java.util.Objects;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.Role;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;

/** {@code migrate.status}: how a migration stands. Takes no lock. */
public final class MigrationStatus implements Operation<MigrationStatus.Request, MigrationReport> {
    public record Request(String name) {
        public Request {
            Objects.requireNonNull(name, "'name' is missing");
        }
    }

    @Override
    public String name() {
        return "migrate.status";
    }

    @Override
    public Role role() {
        return Role.VIEWER;
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
        Path migrations = MigrationFolder.all(workplace.dataFolder());
        Migration migration = MigrationFolder.read(migrations, request.name());
        return new MigrationReport(
                Board.of(
                        migration,
                        workplace.clock().instant(),
                        migrations.resolve(request.name()).toString()),
                migration.members().stream().map(Member::user).toList(),
                0);
    }
}
