package org.understudy.server.coverage;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.understudy.server.ledger.Alert;
import org.understudy.server.ledger.LedgerContent;
import org.understudy.server.ledger.LedgerKey;
import org.understudy.server.ledger.LedgerRow;
import org.understudy.server.ledger.Sums;
import org.understudy.server.tls.CertificateNames;

/**
 * Whether old names and ports can be switched off.
 *
 * @param since from when on traffic counts
 * @param traffic what carries any, and each name that was asked about
 * @param unproven why silence proves nothing, in words; empty where it does
 */
public record Decommission(Instant since, List<Traffic> traffic, List<String> unproven) {

    /**
     * @param host a name; empty for connections that named none
     * @param port 0 where it is not known
     * @param users who logged in
     * @param refused connections that ended because of the certificate: users, most likely
     * @param others connections without a login; strangers, most likely
     * @param last of logins and refusals; null where there were none
     */
    public record Traffic(
            String host,
            String listener,
            int port,
            long users,
            long logins,
            long refused,
            long others,
            @Nullable Instant last) {
        public boolean carries() {
            return logins > 0 || refused > 0;
        }
    }

    private static final class Sum {
        final Set<String> users = new TreeSet<>();
        long logins;
        long refused;
        long others;

        @Nullable
        Instant last;

        void add(LedgerRow row) {
            LedgerKey key = row.key();
            boolean refusal =
                    key.outcome().sent().filter(Alert::refusesCertificate).isPresent();
            if (key.known()) {
                users.add(key.user());
                logins += row.count();
            } else if (refusal) {
                refused += row.count();
            } else {
                others += row.count();
            }
            if (key.known() || refusal) {
                Instant before = last;
                last = before == null || before.isBefore(row.last()) ? row.last() : before;
            }
        }

        Traffic of(Place place) {
            return new Traffic(
                    place.host(), place.listener(), place.port(), users.size(), logins, refused, others, last);
        }
    }

    private record Place(String host, String listener, int port) implements Comparable<Place> {
        @Override
        public int compareTo(Place other) {
            int byHost = host.compareTo(other.host);
            int byListener = listener.compareTo(other.listener);
            return byHost != 0 ? byHost : byListener != 0 ? byListener : Integer.compare(port, other.port);
        }
    }

    /**
     * @param names to be switched off, wildcards too; empty for all
     * @param ports to be switched off; empty for all
     */
    public static Decommission of(LedgerContent ledger, List<String> names, List<Integer> ports, Instant since) {
        Map<Place, Sum> sums = new TreeMap<>();
        boolean unnamed = false;
        for (LedgerRow row : ledger.rows()) {
            LedgerKey key = row.key();
            boolean port = ports.isEmpty() || ports.contains(key.port()) || key.port() == 0;
            if (row.last().isBefore(since) || !port) {
                continue;
            }
            boolean named =
                    names.isEmpty() || names.stream().anyMatch(name -> CertificateNames.matches(name, key.host()));
            unnamed |= !names.isEmpty() && key.host().isEmpty() && key.known();
            if (named) {
                sums.computeIfAbsent(new Place(key.host(), key.listener(), key.port()), place -> new Sum())
                        .add(row);
            }
        }
        List<Traffic> traffic = new ArrayList<>();
        sums.forEach((place, sum) -> traffic.add(sum.of(place)));
        for (String name : names) {
            if (traffic.stream().noneMatch(one -> CertificateNames.matches(name, one.host()))) {
                traffic.add(new Traffic(name, "", 0, 0, 0, 0, 0, null));
            }
        }
        return new Decommission(since, traffic, unproven(ledger, since, unnamed));
    }

    private static List<String> unproven(LedgerContent ledger, Instant since, boolean unnamed) {
        List<String> why = new ArrayList<>();
        if (ledger.since().isAfter(since)) {
            why.add("the ledger begins " + ledger.since() + ", later than " + since);
        }
        Sums sums = ledger.sums();
        Instant folded = sums.users().last();
        if (folded != null && !folded.isBefore(since)) {
            why.add(sums.users().rows() + " rows of users were folded away, the last one seen " + folded);
        }
        if (sums.dropped() > 0) {
            why.add(sums.dropped() + " connections were not counted");
        }
        if (ledger.damaged() > 0) {
            why.add(ledger.damaged() + " lines of the ledger were damaged");
        }
        if (unnamed) {
            why.add("some users' programs name no host: they may use any of these");
        }
        return why;
    }

    /** Whether anything still carries traffic. */
    public boolean inUse() {
        return traffic.stream().anyMatch(Traffic::carries);
    }
}
