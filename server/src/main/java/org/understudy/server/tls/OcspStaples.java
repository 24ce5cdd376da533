package org.understudy.server.tls;

import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What authorities say of the server's own certificates (OCSP, RFC 6960), fetched ahead and kept in memory, so that a
 * handshake passes on what is there and never waits. Fetched again at half of an answer's life; an answer is passed on no
 * longer than it holds. Thread-safe.
 */
public final class OcspStaples implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OcspStaples.class);
    private static final Duration LEAST = Duration.ofMinutes(1);
    private static final Duration MOST = Duration.ofDays(1);
    private static final Duration LONGEST_WAIT = Duration.ofHours(1);
    private static final int DOUBLINGS = 6;

    private final Clock clock;
    private final Map<X509Certificate, State> states = new ConcurrentHashMap<>();
    private final ScheduledExecutorService fetching = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("ocsp").factory());

    /** @param answer the last good one, or null */
    private record State(OcspResponder.@Nullable Answer answer, String problem, int failures) {
        static final State UNKNOWN = new State(null, "not asked yet", 0);
    }

    public OcspStaples(Clock clock) {
        this.clock = clock;
    }

    /** What to pass on for {@code certificate}: a signed answer that says good and still holds. */
    Optional<byte[]> of(X509Certificate certificate) {
        State state = states.get(certificate);
        OcspResponder.Answer answer = state == null ? null : state.answer();
        return answer == null || !clock.instant().isBefore(answer.until())
                ? Optional.empty()
                : Optional.of(answer.octets());
    }

    /** How it stands with {@code certificate}, for people; empty where its authority cannot be asked. */
    String words(X509Certificate certificate) {
        State state = states.get(certificate);
        if (state == null) {
            return "";
        }
        OcspResponder.Answer answer = state.answer();
        String good = answer == null || !clock.instant().isBefore(answer.until()) ? "" : "good until " + answer.until();
        return state.problem().isEmpty() ? good : good.isEmpty() ? state.problem() : good + "; " + state.problem();
    }

    /** Asks for these from now on, and for no others. */
    void follow(Collection<ServerCertificate> certificates) {
        Set<X509Certificate> wanted = new HashSet<>();
        for (ServerCertificate one : certificates) {
            X509Certificate own = one.chain().getFirst();
            Optional<OcspResponder> responder = OcspResponder.of(one);
            if (responder.isPresent()) {
                wanted.add(own);
                if (states.putIfAbsent(own, State.UNKNOWN) == null) {
                    later(responder.get(), own, Duration.ZERO);
                }
            }
        }
        states.keySet().retainAll(wanted);
    }

    private void later(OcspResponder responder, X509Certificate certificate, Duration delay) {
        try {
            var unused =
                    fetching.schedule(() -> fetch(responder, certificate), delay.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("closed while a fetch was planned", e);
        }
    }

    private void fetch(OcspResponder responder, X509Certificate certificate) {
        State before = states.get(certificate);
        if (before == null) {
            return;
        }
        Duration delay;
        State after;
        try {
            OcspResponder.Answer answer = responder.ask(clock.instant());
            Duration half = Duration.between(answer.from(), answer.until()).dividedBy(2);
            Duration toHalf = Duration.between(clock.instant(), answer.from().plus(half));
            delay = toHalf.compareTo(LEAST) < 0 ? LEAST : toHalf.compareTo(MOST) > 0 ? MOST : toHalf;
            after = new State(answer, "", 0);
        } catch (OcspResponder.NoAnswerException e) {
            String problem = String.valueOf(e.getMessage());
            if (!problem.equals(before.problem())) {
                LOG.warn(
                        "OCSP for {}: {}", certificate.getSubjectX500Principal().getName(), problem);
            }
            after = new State(e.revoked() ? null : before.answer(), problem, before.failures() + 1);
            Duration wait = LEAST.multipliedBy(1L << Math.min(before.failures(), DOUBLINGS));
            delay = wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait;
        } catch (RuntimeException e) {
            LOG.error("OCSP answers cannot be dealt with", e);
            after = new State(before.answer(), "the answer could not be read", before.failures() + 1);
            delay = LONGEST_WAIT;
        }
        State known = after;
        if (states.computeIfPresent(certificate, (same, old) -> known) != null) {
            later(responder, certificate, delay);
        }
    }

    @Override
    public void close() {
        fetching.shutdownNow();
        fetching.close();
    }
}
