package org.understudy.server.console;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.operation.Role;
import org.understudy.server.account.PasswordHash;
import org.understudy.server.boot.ImapServices;
import org.understudy.server.cli.Main;
import org.understudy.server.cli.RunningServer;
import org.understudy.server.cli.ServerProcess;
import org.understudy.server.config.Configuration;
import org.understudy.server.config.ConfigurationReader;
import org.understudy.server.config.DataSize;
import org.understudy.server.config.RepositorySettings;
import org.understudy.server.demo.Disaster;

/** The whole server, as the command line starts it, with the demonstration's disaster and staff of every role. */
final class StageServer implements AutoCloseable {
    private static final Configuration.HashCost COST =
            new Configuration.HashCost(DataSize.ofKibibytes(64), 1, 1);
    static final String PASSWORD = "correct horse battery";
    static final String ADMIN = "olga";
    static final String ENGINEER = "erin";
    static final String APPROVER = "bea";
    static final String SECOND = "carl";
    static final String VIEWER = "vera";

    final RunningServer server;
    final Disaster.@Nullable Happened disaster;
    final String base;

    private StageServer(RunningServer server, Disaster.@Nullable Happened disaster, String base) {
        this.server = server;
        this.disaster = disaster;
        this.base = base;
    }

    /** @param messages for each of the ten people */
    static StageServer start(Path data, int messages) throws Exception {
        RunningServer server = serve(data);
        Disaster.Happened disaster = Disaster.happen(
                server.workplace(),
                new PasswordHash(COST, new SecureRandom()),
                PASSWORD,
                List.of(ADMIN, ENGINEER, APPROVER, SECOND, VIEWER),
                messages);
        return new StageServer(server, disaster, address(data));
    }

    /** Over what an earlier one has left. */
    static StageServer again(Path data) throws Exception {
        return new StageServer(serve(data), null, address(data));
    }

    private static String address(Path data) throws IOException {
        return Files.readString(data.resolve("admin.address")).strip();
    }

    private static RunningServer serve(Path data) throws Exception {
        Configuration d =
                ConfigurationReader.defaults(data.resolveSibling("unused")).withDataFolder(data);
        Configuration.Listener any = new Configuration.Listener(true, "127.0.0.1", 0);
        Configuration configuration = new Configuration(
                data,
                RepositorySettings.in(data.resolve("repository")),
                new Configuration.Listeners(any, any),
                d.tls(),
                d.limits(),
                d.memory(),
                new Configuration.Accounts(COST, 4),
                d.admin(),
                d.logging(),
                new Configuration.Roles(
                        names(ENGINEER), names(APPROVER, SECOND, ADMIN), names(VIEWER), names(ADMIN), names()),
                new Configuration.Restore(2),
                d.retention(),
                d.archive(),
                d.shadows(),
                d.search(),
                d.scrub(),
                d.routine(),
                d.ledger(),
                d.autoconfig(),
                d.delivery());
        return new ServerProcess(
                        "1.0.0", Clock.systemUTC(), Main.operations(), new ImapServices(Clock.systemUTC()))
                .start(configuration);
    }

    static String account(Role role) {
        return switch (role) {
            case VIEWER -> VIEWER;
            case ENGINEER -> ENGINEER;
            case APPROVER -> APPROVER;
            case ADMIN -> ADMIN;
        };
    }

    private static TreeSet<String> names(String... names) {
        return new TreeSet<>(Set.of(names));
    }

    @Override
    public void close() {
        server.close();
    }

    /** Serves until it is stopped, for people who look at the console. */
    public static void main(String[] arguments) throws Exception {
        Path data = Files.createTempDirectory("console");
        try (StageServer stage = start(data, 220)) {
            System.out.println(stage.base + "/console " + stage.disaster);
            ServerProcess.waitForInterrupt();
        }
    }
}
