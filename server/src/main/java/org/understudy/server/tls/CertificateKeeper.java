package org.understudy.server.tls;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.storage.OperatorException;

/**
 * Keeps the certificates that a server shows like their files. It looks at what the files hold, not at their times, so that
 * replaced links are seen as well. A pair that does not fit, as between the writing of certificate and key, is waited for:
 * it becomes a fault when it is the same at the next look. Whatever is wrong with the new one, the old one stays in use.
 *
 * <p>Thread-safe. One thread of its own looks; a lock lets nobody else look meanwhile.
 */
public final class CertificateKeeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CertificateKeeper.class);

    private final TlsTerms terms;
    private final Clock clock;
    private final Supplier<CertificatePlan> reread;
    private final List<Path> planFiles;
    private final List<Path> sharedFiles;
    private final CertificateDirectory directory;
    private final ScheduledExecutorService looking = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("certificates").factory());
    private final Map<String, Kept> kept = new LinkedHashMap<>();
    private CertificatePlan plan;
    private String planDigest;
    private String planSeen;
    private String sharedDigest;
    private String planProblem = "";
    private Supplier<List<TlsStatus.Ordered>> orders = List::of;
    private long reloads;
    private long failedReloads;

    /** What is in use under one name, and what is known of its files. */
    private static final class Kept {
        CertificatePlan.@Nullable Entry entry;

        @Nullable
        ServerCertificate certificate;

        String digest = "";
        Instant since = Instant.EPOCH;
        /** Digest of the files that could not be used last. */
        String bad = "";

        String problem = "";
    }

    private CertificateKeeper(
            TlsTerms terms, Source source, Clock clock, CertificatePlan plan, ServerCertificate stopgap) {
        this.terms = terms;
        this.clock = clock;
        this.reread = source.reread();
        this.planFiles = source.planFiles();
        this.sharedFiles = source.sharedFiles();
        this.plan = plan;
        this.planDigest = FileDigest.of(planFiles);
        this.planSeen = planDigest;
        this.sharedDigest = FileDigest.of(sharedFiles);
        this.directory = new CertificateDirectory(stopgap, terms);
    }

    /**
     * Where the plan comes from.
     *
     * @param reread reads it anew
     * @param planFiles what it is read from; none where it never changes
     * @param sharedFiles what all contexts hold besides their certificates, such as authorities of clients
     */
    public record Source(Supplier<CertificatePlan> reread, List<Path> planFiles, List<Path> sharedFiles) {
        public Source {
            planFiles = List.copyOf(planFiles);
            sharedFiles = List.copyOf(sharedFiles);
        }

        /** A plan that never changes. */
        public static Source fixed(CertificatePlan plan) {
            return new Source(() -> plan, List.of(), List.of());
        }
    }

    /**
     * Reads every certificate, then looks after them.
     *
     * @param stopgap shown by default as long as the plan's own is still to come
     * @param every how often it looks; zero for only when asked
     * @throws OperatorException if one cannot be used
     */
    public static CertificateKeeper start(
            TlsTerms terms, Source source, ServerCertificate stopgap, Duration every, Clock clock) {
        CertificateKeeper keeper =
                new CertificateKeeper(terms, source, clock, source.reread().get(), stopgap);
        boolean started = false;
        try {
            keeper.readFirst();
            started = true;
        } finally {
            if (!started) {
                keeper.close();
            }
        }
        if (every.isPositive()) {
            var unused = keeper.looking.scheduleWithFixedDelay(
                    keeper::lookSafely, every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
        }
        return keeper;
    }

    /** What handshakes choose from. */
    public CertificateDirectory directory() {
        return directory;
    }

    /** What the server orders by itself is told here from now on. */
    public synchronized void orders(Supplier<List<TlsStatus.Ordered>> source) {
        orders = source;
    }

    /**
     * Reads every file again, now, and takes up what is good.
     *
     * @return how it stands afterwards
     */
    public synchronized TlsStatus reload() {
        look(true);
        return status();
    }

    /** Looks once, as it does by itself. */
    synchronized void look() {
        look(false);
    }

    private void lookSafely() {
        try {
            look();
        } catch (RuntimeException e) {
            LOG.error("Certificates could not be looked at; those in use stay", e);
        }
    }

    private void readFirst() {
        for (CertificatePlan.Named named : plan.all()) {
            if (named.entry().awaited()) {
                LOG.info("Certificate {}: still to come", named.name());
            } else {
                String digest = FileDigest.of(named.entry().files().all());
                use(named, named.entry().files().read(), digest);
            }
        }
        reloads = 0;
    }

    private void look(boolean forced) {
        replan(forced);
        String shared = FileDigest.of(sharedFiles);
        boolean allAnew = !shared.equals(sharedDigest) && rereadShared();
        if (allAnew) {
            sharedDigest = shared;
        }
        for (CertificatePlan.Named named : plan.all()) {
            check(named, forced, allAnew);
        }
    }

    /** Whether what all contexts share was read anew, and they are to be made again. */
    private boolean rereadShared() {
        if (terms.clients().isEmpty()) {
            return false;
        }
        return terms.clients().get().reread();
    }

    private void replan(boolean forced) {
        String now = FileDigest.of(planFiles);
        boolean steady = now.equals(planSeen);
        planSeen = now;
        if (planFiles.isEmpty() || now.equals(planDigest) && !forced || !steady && !forced) {
            return;
        }
        planDigest = now;
        try {
            CertificatePlan wanted = reread.get();
            for (String host : plan.hosts().keySet()) {
                if (!wanted.hosts().containsKey(host)) {
                    directory.remove(host);
                    kept.remove(host);
                    terms.staples().ifPresent(staples -> staples.follow(inUse().values()));
                    LOG.info("Certificate {}: no longer listed", host);
                }
            }
            plan = wanted;
            planProblem = "";
        } catch (OperatorException e) {
            if (!planProblem.equals(e.getMessage())) {
                failedReloads++;
                LOG.error("The list of certificates is kept as it was: {} HINT: {}", e.getMessage(), e.hint());
            }
            planProblem = String.valueOf(e.getMessage());
        }
    }

    private void check(CertificatePlan.Named named, boolean forced, boolean anew) {
        Kept one = kept.computeIfAbsent(named.name(), name -> new Kept());
        CertificateFiles files = named.entry().files();
        if (one.certificate == null && named.entry().awaited()) {
            return;
        }
        String digest = FileDigest.of(files.all());
        if (one.certificate != null && named.entry().equals(one.entry) && digest.equals(one.digest)) {
            if (!one.problem.isEmpty()) {
                LOG.info("Certificate {}: its files are again those in use", named.name());
            }
            one.bad = "";
            one.problem = "";
            if (anew) {
                show(named.name(), one.certificate);
            }
            return;
        }
        try {
            ServerCertificate read = files.read();
            if (digest.equals(FileDigest.of(files.all()))) {
                use(named, read, digest);
            }
        } catch (OperatorException e) {
            failed(named.name(), one, digest, forced, e);
            if (anew && one.certificate != null) {
                show(named.name(), one.certificate);
            }
        }
    }

    private void failed(String name, Kept one, String digest, boolean forced, OperatorException e) {
        boolean steady = digest.equals(one.bad);
        one.bad = digest;
        String problem = e.getMessage() + " HINT: " + e.hint();
        if ((forced || steady) && !problem.equals(one.problem)) {
            one.problem = problem;
            failedReloads++;
            LOG.error(
                    "Certificate {}: {} {}",
                    name,
                    one.certificate == null ? "cannot be used:" : "the old one is kept, as the new one is bad:",
                    problem);
        }
    }

    private void use(CertificatePlan.Named named, ServerCertificate certificate, String digest) {
        Instant now = clock.instant();
        show(named.name(), certificate);
        Kept one = kept.computeIfAbsent(named.name(), name -> new Kept());
        one.entry = named.entry();
        one.certificate = certificate;
        terms.staples().ifPresent(staples -> staples.follow(inUse().values()));
        one.digest = digest;
        one.since = now;
        one.bad = "";
        one.problem = "";
        reloads++;
        LOG.info("Certificate {}: for {}, until {}", named.name(), certificate.names(), certificate.notAfter());
        Chains.doubts(certificate, named.entry().files(), now)
                .forEach(doubt -> LOG.warn("Certificate {}: {}", named.name(), doubt));
    }

    private void show(String name, ServerCertificate certificate) {
        if (name.equals(CertificatePlan.DEFAULT)) {
            directory.replaceDefault(certificate);
        } else {
            directory.put(name, certificate);
        }
    }

    /** The certificates in use now, by their names in lists. */
    public synchronized Map<String, ServerCertificate> inUse() {
        Map<String, ServerCertificate> all = new LinkedHashMap<>();
        kept.forEach((name, one) -> {
            if (one.certificate != null) {
                all.put(name, one.certificate);
            }
        });
        return all;
    }

    public synchronized TlsStatus status() {
        List<TlsStatus.Shown> shown = new ArrayList<>();
        kept.forEach((name, one) -> {
            if (one.certificate != null) {
                shown.add(shown(name, one, one.certificate));
            } else if (!one.problem.isEmpty()) {
                shown.add(new TlsStatus.Shown(name, List.of(), "", null, "", clock.instant(), false, one.problem, ""));
            }
        });
        return new TlsStatus(
                terms.engine().name().toLowerCase(Locale.ROOT),
                terms.profile().word(),
                shown,
                reloads,
                failedReloads,
                planProblem,
                orders.get());
    }

    private TlsStatus.Shown shown(String name, Kept one, ServerCertificate certificate) {
        X509Certificate own = certificate.chain().getFirst();
        return new TlsStatus.Shown(
                name,
                certificate.names(),
                own.getIssuerX500Principal().getName(),
                certificate.notAfter(),
                certificate.fingerprint(),
                one.since,
                own.getIssuerX500Principal().equals(own.getSubjectX500Principal()),
                one.problem,
                terms.staples().map(staples -> staples.words(own)).orElse(""));
    }

    /** Looks no more; what is in use stays. */
    @Override
    public void close() {
        looking.shutdownNow();
        looking.close();
    }
}
