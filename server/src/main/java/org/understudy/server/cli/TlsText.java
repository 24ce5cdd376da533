package org.understudy.server.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import org.understudy.restore.cli.Printable;
import org.understudy.server.tls.TlsStatus;

/** Certificates of a running server, in words. */
final class TlsText {
    private TlsText() {}

    /** One line, and one for each thing that should be looked at. */
    static void print(TlsStatus tls, Instant now, PrintStream out) {
        List<Instant> ends = tls.certificates().stream()
                .map(TlsStatus.Shown::notAfter)
                .filter(Objects::nonNull)
                .sorted()
                .toList();
        if (!ends.isEmpty()) {
            long days = Duration.between(now, ends.getFirst()).toDays();
            boolean own = tls.certificates().stream().anyMatch(TlsStatus.Shown::ownHand);
            out.println("  certificates: " + ends.size() + ", the first "
                    + (days < 0 ? "has expired" : "expires in " + days + " days")
                    + (own ? "; mail programs warn of one that the server has signed itself" : "") + "; "
                    + (tls.engine().equals("native") ? "BoringSSL" : "Java") + ", " + tls.profile());
        }
        tls.troubles(now).forEach(trouble -> out.println("  TLS: " + Printable.line(trouble)));
    }

    /** Each certificate in use on a line of its own. */
    static void printAll(TlsStatus tls, PrintStream out) {
        for (TlsStatus.Shown one : tls.certificates()) {
            out.println(one.host() + ": "
                    + (one.notAfter() == null
                            ? "none in use"
                            : "for " + String.join(", ", one.names()) + ", until " + one.notAfter())
                    + (one.staple().isEmpty() ? "" : "; OCSP: " + Printable.line(one.staple())));
            if (!one.problem().isEmpty()) {
                out.println("  NOT TAKEN UP: " + Printable.line(one.problem()));
            }
        }
        for (TlsStatus.Ordered one : tls.orders()) {
            out.println("ordered: " + String.join(", ", one.names())
                    + (one.next() == null ? "" : ", the next on " + one.next().truncatedTo(ChronoUnit.SECONDS))
                    + (one.failures() == 0 ? "" : "; FAILED: " + Printable.line(one.problem())));
        }
        if (!tls.problem().isEmpty()) {
            out.println("THE LIST WAS NOT TAKEN OVER: " + Printable.line(tls.problem()));
        }
    }
}
