package org.understudy.server.coverage;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.Role;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.server.autoconfig.Autoconfig;
import org.understudy.server.config.CertificatePlans;
import org.understudy.server.config.Configuration;
import org.understudy.server.ledger.LedgerContent;
import org.understudy.server.ledger.LedgerFilter;
import org.understudy.server.ledger.LedgerReader;
import org.understudy.server.ledger.LedgerRow;
import org.understudy.server.tls.CertificateNames;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/**
 * What {@code understudy tls ledger}, {@code plan} and {@code guard} say, for the admin API and the console: of the data
 * folder's ledger and what was imported into it.
 */
public final class CoverageOperations {
    private static final Duration GUARDED = Duration.ofDays(14);
    private static final int MOST = 1_000;
    private static final int USUAL = 100;

    private CoverageOperations() {}

    /** Where no configuration is at hand; a plan needs one. */
    public static List<Operation<?, ?>> withoutServer() {
        return List.of(new ShowLedger(), new MakePlan(null), new Guard());
    }

    public static List<Operation<?, ?>> in(Configuration configuration) {
        return List.of(new ShowLedger(), new MakePlan(configuration), new Guard());
    }

    /** The whole ledger of a data folder. */
    public static LedgerContent ledger(Workplace workplace) {
        return LedgerContent.of(
                LedgerReader.all(workplace.dataFolder()),
                workplace.clock().instant().truncatedTo(ChronoUnit.SECONDS));
    }

    private static List<String> parts(String list) {
        return Arrays.stream(list.split(",", -1))
                .map(String::strip)
                .filter(part -> !part.isEmpty())
                .toList();
    }

    /**
     * Which rows are wanted; empty text for all.
     *
     * @param host a name, {@code *.DOMAIN}, or {@code none}
     * @param client part of it
     * @param outcome as {@code tls ledger --outcome} takes it
     * @param since seen then or later
     * @param after skip so many rows
     * @param limit give so many, 1,000 at most; 0 for 100
     */
    public record Wanted(
            String host,
            String user,
            String client,
            String outcome,
            @Nullable Instant since,
            int after,
            int limit) {
        public Wanted {
            host = Objects.requireNonNullElse(host, "");
            user = Objects.requireNonNullElse(user, "");
            client = Objects.requireNonNullElse(client, "");
            outcome = Objects.requireNonNullElse(outcome, "");
            after = Math.max(0, after);
            limit = limit <= 0 ? USUAL : Math.min(limit, MOST);
        }

        /** As a filter over rows. */
        public LedgerFilter filter() {
            return new LedgerFilter(host, user, client, outcome, since == null ? Instant.EPOCH : since);
        }
    }

    /**
     * @param fault what was wrong with the certificate shown: none, name, expired or early
     * @param count connections
     */
    public record Row(
            String listener,
            int port,
            String host,
            String user,
            String client,
            String family,
            String tls,
            String outcome,
            String fault,
            long count,
            Instant first,
            Instant last) {
        /** The same as the API gives it. */
        public static Row of(LedgerRow row) {
            return new Row(
                    row.key().listener(),
                    row.key().port(),
                    row.key().host(),
                    row.key().user(),
                    row.key().client(),
                    row.key().family(),
                    row.key().tls(),
                    row.key().outcome().word(),
                    row.key().fault().name().toLowerCase(java.util.Locale.ROOT),
                    row.count(),
                    row.first(),
                    row.last());
        }
    }

    /**
     * @param since when the ledger began
     * @param rows those seen last first
     * @param matching how many match in all
     * @param untold what it cannot tell any more, or empty
     */
    public record Rows(Instant since, List<Row> rows, long matching, String untold) {
        public Rows {
            rows = List.copyOf(rows);
        }
    }

    /** {@code tls.ledger}. */
    public static final class ShowLedger implements Operation<Wanted, Rows> {
        @Override
        public String name() {
            return "tls.ledger";
        }

        @Override
        public Role role() {
            return Role.VIEWER;
        }

        @Override
        public Class<Wanted> requestType() {
            return Wanted.class;
        }

        @Override
        public Class<Rows> resultType() {
            return Rows.class;
        }

        @Override
        public Rows run(Wanted request, Workplace workplace, Progress progress) {
            return rows(ledger(workplace), request);
        }
    }

    /** Some rows of a ledger, those seen last first. */
    public static Rows rows(LedgerContent ledger, Wanted wanted) {
        LedgerFilter filter = wanted.filter();
        List<LedgerRow> all = ledger.rows().stream()
                .filter(filter::wants)
                .sorted(Comparator.comparing(LedgerRow::last)
                        .reversed()
                        .thenComparing(row -> row.key().host())
                        .thenComparing(row -> row.key().user()))
                .toList();
        return new Rows(
                ledger.since(),
                all.stream()
                        .skip(wanted.after())
                        .limit(wanted.limit())
                        .map(Row::of)
                        .toList(),
                all.size(),
                Planner.untold(ledger.sums(), ledger.damaged()));
    }

    /** @param cutOver when; null for now */
    public record At(@Nullable Instant cutOver) {}

    /** {@code tls.plan}. */
    public static final class MakePlan implements Operation<At, Plan> {
        private final @Nullable Configuration configuration;

        private MakePlan(@Nullable Configuration configuration) {
            this.configuration = configuration;
        }

        @Override
        public String name() {
            return "tls.plan";
        }

        @Override
        public Role role() {
            return Role.VIEWER;
        }

        @Override
        public Class<At> requestType() {
            return At.class;
        }

        @Override
        public Class<Plan> resultType() {
            return Plan.class;
        }

        @Override
        public Plan run(At request, Workplace workplace, Progress progress) {
            Configuration settings = configuration;
            if (settings == null) {
                throw new OperatorException(
                        Reason.UNREACHABLE,
                        "no server runs whose certificates could be looked at",
                        "'understudy tls plan' reads the configuration itself.");
            }
            return Planner.plan(new PlanInputs(
                    ledger(workplace),
                    configured(settings),
                    advertised(settings),
                    CertificateFolder.planned(
                            CertificatePlans.of(settings.tls(), settings.dataFolder()),
                            CertificatePlans.selfSigned(settings.dataFolder())),
                    PlanInputs.Resellers.NONE,
                    request.cutOver() == null ? workplace.clock().instant() : request.cutOver()));
        }

        private static SortedSet<String> configured(Configuration settings) {
            SortedSet<String> names = new TreeSet<>();
            CertificatePlans.of(settings.tls(), settings.dataFolder())
                    .hosts()
                    .keySet()
                    .forEach(host -> names.add(CertificateNames.normal(host)));
            return names;
        }

        private static SortedSet<String> advertised(Configuration settings) {
            SortedSet<String> names = new TreeSet<>();
            for (Autoconfig.MailDomain mail : settings.autoconfig().domains()) {
                names.add(mail.imap().host());
                Autoconfig.Server pop3 = mail.pop3();
                if (pop3 != null) {
                    names.add(pop3.host());
                }
            }
            return names;
        }
    }

    /**
     * @param names host names or {@code *.DOMAIN}, with commas between; empty for all
     * @param ports with commas between; empty for all
     * @param since traffic then or later; null for 14 days
     */
    public record Old(String names, String ports, @Nullable Instant since) {
        public Old {
            names = Objects.requireNonNullElse(names, "");
            ports = Objects.requireNonNullElse(ports, "");
        }
    }

    /** {@code tls.guard}. */
    public static final class Guard implements Operation<Old, Decommission> {
        @Override
        public String name() {
            return "tls.guard";
        }

        @Override
        public Role role() {
            return Role.VIEWER;
        }

        @Override
        public Class<Old> requestType() {
            return Old.class;
        }

        @Override
        public Class<Decommission> resultType() {
            return Decommission.class;
        }

        @Override
        public Decommission run(Old request, Workplace workplace, Progress progress) {
            return guard(ledger(workplace), request, workplace.clock().instant());
        }
    }

    /** Whether names and ports still carry traffic. */
    public static Decommission guard(LedgerContent ledger, Old old, Instant now) {
        List<Integer> ports =
                parts(old.ports()).stream().map(CoverageOperations::port).toList();
        return Decommission.of(
                ledger,
                parts(old.names()).stream().map(CertificateNames::normal).toList(),
                ports,
                old.since() == null ? now.minus(GUARDED).truncatedTo(ChronoUnit.SECONDS) : old.since());
    }

    private static int port(String text) {
        if (!text.matches("[0-9]{1,5}")) {
            throw new OperatorException(Reason.USAGE, "'" + text + "' is no port", "Write numbers, as 143,993.");
        }
        return Integer.parseInt(text);
    }
}
