package org.understudy.server.coverage;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What will happen at a cut-over.
 *
 * @param since the ledger knows nothing of the time before
 * @param hosts every name, those with most users in trouble first
 * @param warned who will be warned, and under which name
 * @param additions names to put into certificates
 * @param certificates those at hand
 * @param mismatches what clients make today of certificates that are not for the name they ask for
 * @param roots clients that refuse an authority that others accept: not a matter of names
 * @param unnamed users whose programs name no host, so that nobody can tell here
 * @param unused names that are configured or advertised, and that nobody has asked for
 * @param untold what the ledger has let go of, in words; empty if nothing
 */
public record Plan(
        Instant cutOver,
        Instant since,
        Totals totals,
        List<Host> hosts,
        List<Warned> warned,
        List<Addition> additions,
        List<Certificate> certificates,
        List<Mismatch> mismatches,
        List<Roots> roots,
        Unnamed unnamed,
        List<String> unused,
        String untold) {

    /**
     * @param users who have logged in under any name, or none
     * @param warned of these, who will be warned under one name at least
     * @param logins all together
     * @param hosts names that somebody logged in under
     * @param uncovered of these, names that no certificate covers then
     */
    public record Totals(long users, long warned, long logins, long hosts, long uncovered) {}

    /** Whether a name is covered at the cut-over. */
    public enum Verdict {
        /** No certificate is for this name. */
        NAME,
        /** Those that are have expired by then. */
        EXPIRED,
        /** Those that are begin later. */
        EARLY,
        COVERED
    }

    /**
     * @param certificate that covers it, or would; empty for none
     * @param from where the name is known from: seen, configured, advertised
     * @param users who have logged in under it
     * @param last when it was last asked for; null for never
     */
    public record Host(
            String host,
            String domain,
            String reseller,
            Verdict verdict,
            String certificate,
            List<String> from,
            long users,
            long logins,
            @Nullable Instant last) {}

    /** @param clients what they use, as far as it is known */
    public record Warned(
            String user,
            String host,
            String domain,
            String reseller,
            Verdict verdict,
            List<String> clients,
            long logins,
            Instant last) {}

    /**
     * @param certificate to which the names belong best; empty for a new one
     * @param wildcard one name that would do for all of these; empty where there is none
     * @param users who would otherwise be warned
     */
    public record Addition(String certificate, String domain, List<String> names, String wildcard, long users) {}

    /** @param remark expired, expires soon after, not valid yet, or without names; empty if none */
    public record Certificate(
            String place, String id, List<String> names, Instant from, Instant until, String remark, long users) {}

    /**
     * @param refused connections that the client ended because of the certificate
     * @param silent connections without a command, as of clients that compare names late
     * @param logins in spite of it
     */
    public record Mismatch(String host, long refused, long silent, long logins, Instant last) {}

    /**
     * @param everybody whether nobody accepts that certificate, so that the fault is the server's chain
     * @param likely users who have logged in under that name with software of that family
     */
    public record Roots(
            String host,
            String family,
            String tls,
            String alert,
            long refused,
            boolean everybody,
            List<String> likely,
            Instant last) {}

    /** @param only users who never name a host */
    public record Unnamed(long logins, long users, List<String> only) {}

    /** Whether there is anybody to be warned, or anything to be done about a certificate that is in use. */
    public boolean calm() {
        return warned.isEmpty();
    }
}
