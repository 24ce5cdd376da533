package org.understudy.server.coverage;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.understudy.server.ledger.Alert;
import org.understudy.server.ledger.Fault;
import org.understudy.server.ledger.LedgerKey;
import org.understudy.server.ledger.LedgerRow;
import org.understudy.server.ledger.Outcome;

/** Clients that refuse certificates today: because of the name, or because they do not know the authority. */
final class Refusals {
    private Refusals() {}

    private record Sum(long refused, long silent, long logins, Instant last) {
        Sum plus(Sum other) {
            return new Sum(
                    refused + other.refused,
                    silent + other.silent,
                    logins + other.logins,
                    last.isAfter(other.last) ? last : other.last);
        }
    }

    static List<Plan.Mismatch> mismatches(List<LedgerRow> rows) {
        Map<String, Sum> byHost = new TreeMap<>();
        for (LedgerRow row : rows) {
            LedgerKey key = row.key();
            if (key.fault() == Fault.NAME && !key.host().startsWith("(")) {
                boolean refused =
                        key.outcome().sent().filter(Alert::refusesCertificate).isPresent();
                long count = row.count();
                byHost.merge(
                        key.host(),
                        new Sum(
                                refused ? count : 0,
                                key.outcome().kind() == Outcome.Kind.NO_COMMAND ? count : 0,
                                key.known() ? count : 0,
                                row.last()),
                        Sum::plus);
            }
        }
        List<Plan.Mismatch> all = new ArrayList<>();
        byHost.forEach(
                (host, sum) -> all.add(new Plan.Mismatch(host, sum.refused(), sum.silent(), sum.logins(), sum.last())));
        all.sort(Comparator.comparingLong((Plan.Mismatch one) -> one.logins() + one.refused())
                .reversed()
                .thenComparing(Plan.Mismatch::host));
        return all;
    }

    /** Refusals of a certificate that was right as far as the server can tell. */
    static List<Plan.Roots> roots(List<LedgerRow> rows) {
        Set<String> accepted = new TreeSet<>();
        rows.stream().filter(row -> row.key().known()).forEach(row -> accepted.add(shown(row.key())));
        Map<String, Set<String>> users = new TreeMap<>();
        rows.stream()
                .filter(row -> row.key().known() && !row.key().family().isEmpty())
                .forEach(row -> users.computeIfAbsent(software(row.key()), same -> new TreeSet<>())
                        .add(row.key().user()));
        Map<String, Plan.Roots> found = new TreeMap<>();
        for (LedgerRow row : rows) {
            LedgerKey key = row.key();
            boolean root = key.fault() == Fault.NONE
                    && key.outcome().sent().filter(Refusals::meansAuthority).isPresent();
            if (root) {
                Plan.Roots one = new Plan.Roots(
                        key.host(),
                        key.family(),
                        key.tls(),
                        key.outcome().detail(),
                        row.count(),
                        !accepted.contains(shown(key)),
                        List.copyOf(users.getOrDefault(software(key), Set.of())),
                        row.last());
                found.merge(
                        key.host()
                                + ' '
                                + key.family()
                                + ' '
                                + key.tls()
                                + ' '
                                + key.outcome().detail(),
                        one,
                        Refusals::together);
            }
        }
        List<Plan.Roots> all = new ArrayList<>(found.values());
        all.sort(Comparator.comparingLong(Plan.Roots::refused).reversed().thenComparing(Plan.Roots::host));
        return all;
    }

    private static boolean meansAuthority(Alert alert) {
        return alert == Alert.UNKNOWN_CA || alert == Alert.CERTIFICATE_UNKNOWN || alert == Alert.BAD_CERTIFICATE;
    }

    /** What was accepted or refused: the certificate, or where it is not known, whatever the name had. */
    private static String shown(LedgerKey key) {
        return key.certificate().isEmpty() ? "at " + key.host() : key.certificate();
    }

    /** Where one kind of software is used. */
    private static String software(LedgerKey key) {
        return key.host() + ' ' + key.family();
    }

    private static Plan.Roots together(Plan.Roots one, Plan.Roots other) {
        return new Plan.Roots(
                one.host(),
                one.family(),
                one.tls(),
                one.alert(),
                one.refused() + other.refused(),
                one.everybody() && other.everybody(),
                one.likely(),
                one.last().isAfter(other.last()) ? one.last() : other.last());
    }
}
