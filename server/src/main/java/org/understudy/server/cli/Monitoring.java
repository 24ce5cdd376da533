package org.understudy.server.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.understudy.restore.operation.Workplace;
import org.understudy.server.account.AccountService;
import org.understudy.server.account.AccountsStatus;
import org.understudy.server.admin.ServerStatus;
import org.understudy.server.config.Configuration;
import org.understudy.server.health.Readiness;
import org.understudy.server.health.ReadinessChecks;
import org.understudy.server.ledger.Ledger;
import org.understudy.server.ledger.TlsCounts;
import org.understudy.server.metrics.DiskMeters;
import org.understudy.server.metrics.MetricsServer;
import org.understudy.server.metrics.Monitored;
import org.understudy.server.metrics.RestoreMeters;
import org.understudy.server.metrics.SearchMeters;
import org.understudy.server.metrics.SnapshotMeters;
import org.understudy.server.metrics.StoreMeters;
import org.understudy.server.reclaim.ReclaimMeters;
import org.understudy.server.reclaim.ReclaimStatus;
import org.understudy.server.schedule.HealthReader;
import org.understudy.server.scrub.ScrubStatus;
import org.understudy.server.search.IndexStatus;
import org.understudy.server.search.SearchIndexing;

/** What monitoring is shown of a server, in rescue mode too. */
record Monitoring(
        Configuration configuration,
        Workplace workplace,
        ServerProcess.Running running,
        HealthReader health,
        AccountService accounts,
        Supplier<ServerStatus.Archive> archive,
        Supplier<ServerStatus.Loss> loss,
        Supplier<ScrubStatus> scrub,
        Supplier<ReclaimStatus> reclaim) {
    Readiness readiness() {
        return new ReadinessChecks(
                        workplace.live(),
                        workplace.dataFolder(),
                        running::closed,
                        () -> !health.read().hold().isEmpty())
                .now();
    }

    /** Answers on the listener of the metrics, which must be enabled. */
    MetricsServer start(String version) {
        MetricsServer server =
                MetricsServer.start(configuration.listeners().metrics(), version, this::monitored, this::readiness);
        server.show(running::bindTo);
        server.show(new StoreMeters(workplace.live()));
        server.show(new ReclaimMeters(workplace.live().reclaim(), reclaim));
        server.show(new SnapshotMeters(health));
        server.show(new RestoreMeters(workplace));
        server.show(new SearchMeters(
                () -> running.indexing().map(SearchIndexing::status).orElse(IndexStatus.OFF), System::nanoTime));
        server.show(new DiskMeters(places()));
        return server;
    }

    private Monitored monitored() {
        return new Monitored(
                health.read(),
                archive.get(),
                loss.get(),
                scrub.get(),
                AccountsStatus.of(accounts),
                ServerProcess.certificates(running),
                running.ledger().map(Ledger::counts).orElseGet(TlsCounts::none));
    }

    private Map<String, Path> places() {
        Map<String, Path> places = new LinkedHashMap<>();
        places.put("data", workplace.dataFolder());
        Path repository = configuration.repository().folder();
        if (repository != null) {
            places.put("repository", repository);
        }
        return places;
    }
}
