package org.understudy.server.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Optional;
import org.understudy.restore.cli.Console;
import org.understudy.restore.cli.OperationRunner;
import org.understudy.restore.incident.FaultHold;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.repository.backend.Backend;
import org.understudy.restore.repository.backend.RepositoryPlace;
import org.understudy.server.account.AccountService;
import org.understudy.server.account.Approvers;
import org.understudy.server.admin.AdminClient;
import org.understudy.server.audit.Actor;
import org.understudy.server.audit.AuditedWork;
import org.understudy.server.audit.FileAuditLog;
import org.understudy.server.config.Configuration;
import org.understudy.server.config.RepositoryPlaces;
import org.understudy.storage.MailStore;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** Gives work to the server that works on the data folder, or does it here where none answers. */
final class OperationRouter implements OperationRunner {
    private final Configuration configuration;
    private final Console console;
    private final Clock clock;

    OperationRouter(Configuration configuration, Console console, Clock clock) {
        this.configuration = configuration;
        this.console = console;
        this.clock = clock;
    }

    @Override
    public <Q, R> R run(Operation<Q, R> operation, Q request, Progress progress) throws InterruptedException {
        try {
            Optional<AdminClient> server = AdminClient.connect(configuration.dataFolder());
            if (server.isPresent()) {
                try (AdminClient client = server.get()) {
                    return client.run(operation, request, progress);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return runHere(operation, request, progress);
    }

    private <Q, R> R runHere(Operation<Q, R> operation, Q request, Progress progress) throws InterruptedException {
        RepositoryPlace repository = RepositoryPlaces.of(configuration, clock);
        try (Backend backend = repository.backend();
                MailStore store = open();
                FileAuditLog audit = FileAuditLog.open(
                        configuration.dataFolder(),
                        store,
                        clock,
                        configuration.logging().auditRequired());
                AccountService accounts = ServerProcess.accounts(configuration, store, new SecureRandom())) {
            Workplace workplace = new Workplace(
                    store,
                    configuration.dataFolder(),
                    new RepositoryPlace(backend, repository.scratch()),
                    clock,
                    Approvers.of(configuration, accounts));
            FaultHold hold = FaultHold.watch(workplace);
            try {
                return AuditedWork.run(audit, Actor.ofProcess(), operation, request, workplace, progress);
            } finally {
                hold.close();
            }
        }
    }

    private MailStore open() {
        Path folder = configuration.storeFolder();
        boolean fresh = !Files.exists(folder);
        makeDataFolder(configuration.dataFolder());
        try {
            MailStore store = MailStore.open(
                    folder, new MailStore.Options(configuration.memory().store().bytes(), clock));
            store.reclaim().keepFor(configuration.expunged().keep());
            if (fresh) {
                console.note("A new, empty store was made in " + folder);
            }
            return store;
        } catch (OperatorException e) {
            throw e.reason() == Reason.BUSY ? held(folder, e) : e;
        }
    }

    private OperatorException held(Path folder, OperatorException e) {
        String address;
        try {
            address = AdminClient.addressLeftIn(configuration.dataFolder())
                    .map(uri -> "no server answers at " + uri)
                    .orElse("no server has left its address in " + configuration.dataFolder());
        } catch (IOException unreadable) {
            address = "the server's address cannot be read (" + unreadable.getMessage() + ")";
        }
        return new OperatorException(
                Reason.BUSY,
                "the store in " + folder + " is held by another process, but " + address,
                "another understudy command, or a server that is starting or stopping, may be at work: try again in a"
                        + " moment, or find the process with 'fuser " + folder.resolve("LOCK") + "'",
                e);
    }

    /** Makes the data folder, readable by its owner only, where it is missing. */
    static void makeDataFolder(Path folder) {
        try {
            if (!Files.isDirectory(folder)) {
                Files.createDirectories(
                        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
