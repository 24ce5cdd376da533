package org.understudy.server.coverage;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.understudy.server.ledger.LedgerContent;

/**
 * What a plan is made of.
 *
 * @param ledger of this server, of the old cluster, or both
 * @param configured names that this server has certificates for by its configuration, wildcards included
 * @param advertised names that users were told to use
 * @param certificates those that will be shown after the cut-over
 * @param resellers who answers for a white-label domain
 * @param cutOver when
 */
public record PlanInputs(
        LedgerContent ledger,
        SortedSet<String> configured,
        SortedSet<String> advertised,
        List<CertificateAtHand> certificates,
        Resellers resellers,
        Instant cutOver) {
    public PlanInputs {
        configured = new TreeSet<>(configured);
        advertised = new TreeSet<>(advertised);
        certificates = List.copyOf(certificates);
    }

    /**
     * White-label domains, and to whom they belong.
     *
     * @param byDomain normal names
     */
    public record Resellers(Map<String, String> byDomain) {
        public static final Resellers NONE = new Resellers(Map.of());

        public Resellers {
            byDomain = Map.copyOf(byDomain);
        }

        /** The longest listed domain that a host lies in; else what stands behind its first label, or the host itself. */
        public String domain(String host) {
            for (String name = host; !name.isEmpty(); name = parent(name)) {
                if (byDomain.containsKey(name)) {
                    return name;
                }
            }
            return parent(host).contains(".") ? parent(host) : host;
        }

        /** The reseller of a domain; the domain itself where none is listed. */
        public String reseller(String domain) {
            return byDomain.getOrDefault(domain, domain);
        }
    }

    /** What stands behind the first dot; empty where there is none. */
    static String parent(String name) {
        int dot = name.indexOf('.');
        return dot < 0 ? "" : name.substring(dot + 1);
    }
}
