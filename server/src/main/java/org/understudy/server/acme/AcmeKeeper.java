package org.understudy.server.acme;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.shredzone.acme4j.exception.AcmeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.server.tls.KeyFiles;
import org.understudy.server.tls.PemFiles;
import org.understudy.server.tls.ServerCertificate;
import org.understudy.server.tls.TlsStatus;
import org.understudy.storage.OperatorException;

/**
 * Orders the certificates that the configuration lists, and each anew when two thirds of its life are over. What fails is
 * tried again after 10 minutes, then 20, up to 12 hours; until then, and meanwhile, the old certificate stays where it is.
 * Thread-safe; one thread of its own orders.
 */
public final class AcmeKeeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AcmeKeeper.class);
    private static final Duration LOOK = Duration.ofSeconds(30);
    private static final Duration FIRST_WAIT = Duration.ofMinutes(10);
    private static final Duration LONGEST_WAIT = Duration.ofHours(12);
    private static final int DOUBLINGS = 7;

    private final AcmeSettings settings;
    private final Path dataFolder;
    private final Clock clock;
    private final Runnable installed;
    private final List<Wanted> wanted = new ArrayList<>();
    private final ScheduledExecutorService ordering = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("acme").factory());

    private static final class Wanted {
        final List<String> names;
        Instant next;
        int failures;
        String problem = "";

        Wanted(List<String> names, Instant next) {
            this.names = names;
            this.next = next;
        }
    }

    AcmeKeeper(AcmeSettings settings, Path dataFolder, Clock clock, Runnable installed) {
        this.settings = settings;
        this.dataFolder = dataFolder;
        this.clock = clock;
        this.installed = installed;
        settings.certificates().forEach(names -> wanted.add(new Wanted(names, due(names))));
    }

    /**
     * Begins to look after certificates.
     *
     * @param installed called after a new one was written, on the thread that orders
     */
    public static AcmeKeeper start(AcmeSettings settings, Path dataFolder, Clock clock, Runnable installed) {
        AcmeKeeper keeper = new AcmeKeeper(settings, dataFolder, clock, installed);
        var unused = keeper.ordering.scheduleWithFixedDelay(
                keeper::orderWhatIsDue, 0, LOOK.toMillis(), TimeUnit.MILLISECONDS);
        return keeper;
    }

    public List<TlsStatus.Ordered> status() {
        synchronized (wanted) {
            return wanted.stream()
                    .map(one ->
                            new TlsStatus.Ordered(one.names.getFirst(), one.names, one.next, one.failures, one.problem))
                    .toList();
        }
    }

    /** When the certificate for these names is to be ordered: now where there is none, or one for other names. */
    private Instant due(List<String> names) {
        Path file = settings.file(dataFolder, names);
        if (!Files.exists(file)) {
            return clock.instant();
        }
        try {
            ServerCertificate there = PemFiles.read(file, file);
            return new TreeSet<>(names).equals(new TreeSet<>(there.names())) ? renewal(there) : clock.instant();
        } catch (OperatorException e) {
            LOG.warn("The certificate that was ordered for {} is ordered again: {}", names.getFirst(), e.getMessage());
            return clock.instant();
        }
    }

    private static Instant renewal(ServerCertificate certificate) {
        X509Certificate own = certificate.chain().getFirst();
        Instant from = own.getNotBefore().toInstant();
        return from.plus(
                Duration.between(from, certificate.notAfter()).multipliedBy(2).dividedBy(3));
    }

    /** Orders everything that is due, one after the other. */
    void orderWhatIsDue() {
        for (Wanted one : wanted) {
            if (Thread.currentThread().isInterrupted()) {
                return;
            }
            boolean now;
            synchronized (wanted) {
                now = !clock.instant().isBefore(one.next);
            }
            if (now) {
                order(one);
            }
        }
    }

    private void order(Wanted one) {
        Path file = settings.file(dataFolder, one.names);
        LOG.info("Ordering a certificate for {} from {}", one.names, settings.directory());
        try {
            ServerCertificate got = new CertificateOrder(settings, settings.folder(dataFolder)).place(one.names);
            TreeSet<String> missing = new TreeSet<>(one.names);
            missing.removeAll(got.names());
            if (!missing.isEmpty()) {
                throw new AcmeException("the authority's certificate lacks the names " + missing);
            }
            KeyFiles.write(file, got);
            ServerCertificate written = PemFiles.read(file, file);
            synchronized (wanted) {
                one.next = renewal(written);
                one.failures = 0;
                one.problem = "";
            }
            LOG.info(
                    "The certificate for {} is there, until {}; the next is ordered on {}",
                    one.names,
                    written.notAfter(),
                    renewal(written));
            installed.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (AcmeException e) {
            failed(one, words(e));
        } catch (OperatorException e) {
            failed(one, e.getMessage() + " HINT: " + e.hint());
        } catch (RuntimeException e) {
            LOG.error("Ordering a certificate met a fault of the program", e);
            failed(one, "a fault of the program; the log has it");
        }
    }

    private static String words(AcmeException e) {
        Throwable cause = e.getCause();
        if (cause == null) {
            return String.valueOf(e.getMessage());
        }
        String why = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        return e.getMessage() + " (" + why + ")";
    }

    private void failed(Wanted one, String problem) {
        synchronized (wanted) {
            Duration wait = FIRST_WAIT.multipliedBy(1L << Math.min(one.failures, DOUBLINGS));
            one.failures++;
            one.problem = problem;
            one.next = clock.instant().plus(wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait);
            LOG.error(
                    "No certificate for {}; it is tried again on {}: {}",
                    one.names,
                    one.next.truncatedTo(ChronoUnit.SECONDS),
                    problem);
        }
    }

    @Override
    public void close() {
        ordering.shutdownNow();
        ordering.close();
    }
}
