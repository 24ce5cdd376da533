package org.understudy.server.console;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.migrate.AddUsers;
import org.understudy.restore.migrate.ChangePhase;
import org.understudy.restore.migrate.NewMigration;
import org.understudy.restore.migrate.OldCluster;
import org.understudy.restore.migrate.Phase;
import org.understudy.restore.operation.Role;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
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
import org.understudy.server.ledger.Fault;
import org.understudy.server.ledger.LedgerContent;
import org.understudy.server.ledger.LedgerKey;
import org.understudy.server.ledger.LedgerReader;
import org.understudy.server.ledger.LedgerRow;
import org.understudy.server.ledger.Outcome;
import org.understudy.server.ledger.Sums;

/** The whole server, as the command line starts it, with the demonstration's disaster and staff of every role. */
final class StageServer implements AutoCloseable {
    private static final Configuration.HashCost COST = new Configuration.HashCost(DataSize.ofKibibytes(64), 1, 1);
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
                d.delivery(),
                d.expunged());
        return new ServerProcess("1.0.0", Clock.systemUTC(), Main.operations(), new ImapServices(Clock.systemUTC()))
                .start(configuration);
    }

    /** A migration with users in several states of it. */
    static void migration(Workplace workplace) throws Exception {
        Path maildirs = Files.createDirectories(workplace.dataFolder().resolveSibling("old-maildirs"));
        new NewMigration()
                .run(
                        new NewMigration.Request(
                                "cluster-2",
                                new OldCluster("", 0, true, false, null, "", null, maildirs, 1, 0, "none")),
                        workplace,
                        Progress.SILENT);
        List<AddUsers.NewUser> users = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            users.add(new AddUsers.NewUser(
                    "old" + i, String.format("migrant%05d", i), "", "brand" + i % 3 + ".example", i % 4 + 1));
        }
        new AddUsers().run(new AddUsers.Request("cluster-2", users), workplace, Progress.SILENT);
        new ChangePhase()
                .run(
                        new ChangePhase.Request(
                                "cluster-2",
                                Phase.CUSTOM_DOMAINS,
                                Instant.parse("2027-02-01T00:00:00Z"),
                                "the resolver was down",
                                "Names take longer to move.",
                                false),
                        workplace,
                        Progress.SILENT);
    }

    /** What an old cluster saw of its users. */
    static void ledger(Path dataFolder) {
        List<LedgerRow> rows = new ArrayList<>();
        Instant at = Instant.now().minusSeconds(86_400).truncatedTo(ChronoUnit.SECONDS);
        for (int i = 0; i < 60; i++) {
            rows.add(new LedgerRow(
                    new LedgerKey(
                            "imaps",
                            993,
                            "imap" + i % 4 + ".brand" + i % 3 + ".example",
                            "user" + i % 20,
                            i % 2 == 0 ? "Thunderbird 128" : "Apple Mail 16",
                            "NSS",
                            "TLSv1.3",
                            "0123456789abcdef",
                            i % 3 == 0 ? Fault.NAME : Fault.NONE,
                            Outcome.LOGGED_IN),
                    at,
                    at.plusSeconds(i * 600L),
                    i % 50 + 1));
        }
        LedgerReader.keep(
                dataFolder, "old-cluster", new LedgerContent(at.minusSeconds(86_400L * 30), rows, Sums.NONE, 0));
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
