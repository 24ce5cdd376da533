package org.understudy.server.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.job.OnDisk;
import org.understudy.server.autoconfig.Autoconfig;
import org.understudy.server.config.CertificatePlans;
import org.understudy.server.config.Configuration;
import org.understudy.server.coverage.CertificateAtHand;
import org.understudy.server.coverage.CertificateFolder;
import org.understudy.server.coverage.PlanInputs;
import org.understudy.server.ledger.LedgerContent;
import org.understudy.server.tls.CertificateNames;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What a plan of coverage is made of, by the command line and the configuration. */
final class CoverageOptions {
    @Parameters(
            paramLabel = "CERTIFICATE",
            arity = "0..*",
            description = "PEM files, or folders of them, that will be shown to clients. Default: those of the"
                    + " configuration.")
    private List<Path> certificates = new ArrayList<>();

    @Mixin
    private LedgerFiles ledger = new LedgerFiles();

    @Option(
            names = "--advertised",
            paramLabel = "FILE",
            description = "Host names that users were told of, one a line. Those of the section autoconfig are added.")
    @Nullable
    private Path advertised;

    @Option(
            names = "--resellers",
            paramLabel = "FILE",
            description = "White-label domains and to whom they belong: 'DOMAIN NAME OF RESELLER' a line.")
    @Nullable
    private Path resellers;

    @Option(
            names = "--cut-over",
            paramLabel = "DATE",
            description = "When the certificates have to be valid, for example 2026-12-31. Default: now.")
    private String cutOver = "";

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description = "Count what was seen since 12h, 14d, 2w, or a date. Default: all.")
    private String since = "";

    PlanInputs inputs(Session session) {
        Instant now = session.clock().instant();
        Instant from = since.isEmpty() ? Instant.EPOCH : Moment.parse(since, now, true);
        LedgerContent all = ledger.read(session);
        LedgerContent wanted = new LedgerContent(
                all.since(),
                all.rows().stream().filter(row -> !row.last().isBefore(from)).toList(),
                all.sums(),
                all.damaged());
        Configuration configuration = session.configuration();
        SortedSet<String> told = new TreeSet<>();
        if (advertised != null) {
            for (String line : lines(session.absolute(advertised))) {
                told.add(CertificateNames.normal(line));
            }
        }
        for (Autoconfig.MailDomain mail : configuration.autoconfig().domains()) {
            told.add(mail.imap().host());
            Autoconfig.Server pop3 = mail.pop3();
            if (pop3 != null) {
                told.add(pop3.host());
            }
        }
        return new PlanInputs(
                wanted,
                configured(configuration),
                told,
                certificates(session, configuration),
                resellers(session),
                cutOver.isEmpty() ? now : Moment.parse(cutOver, now, false));
    }

    private static SortedSet<String> configured(Configuration configuration) {
        SortedSet<String> names = new TreeSet<>();
        CertificatePlans.of(configuration.tls(), configuration.dataFolder())
                .hosts()
                .keySet()
                .forEach(host -> names.add(CertificateNames.normal(host)));
        return names;
    }

    private List<CertificateAtHand> certificates(Session session, Configuration configuration) {
        if (!certificates.isEmpty()) {
            return CertificateFolder.read(
                    certificates.stream().map(session::absolute).toList());
        }
        return CertificateFolder.planned(
                CertificatePlans.of(configuration.tls(), configuration.dataFolder()),
                CertificatePlans.selfSigned(configuration.dataFolder()));
    }

    private PlanInputs.Resellers resellers(Session session) {
        if (resellers == null) {
            return PlanInputs.Resellers.NONE;
        }
        Path file = session.absolute(resellers);
        Map<String, String> byDomain = new HashMap<>();
        for (String line : lines(file)) {
            String[] parts = line.split("\\s+", 2);
            if (parts.length < 2) {
                throw new OperatorException(
                        Reason.USAGE,
                        file + ": '" + line + "' names no reseller",
                        "Write a domain, a space, and the name of its reseller on each line.");
            }
            byDomain.put(CertificateNames.normal(parts[0]), parts[1].strip());
        }
        return new PlanInputs.Resellers(byDomain);
    }

    /** Without blank lines and those that begin with a hash sign. */
    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file).stream()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .toList();
        } catch (IOException e) {
            throw OnDisk.failure("cannot read " + file, e);
        }
    }
}
