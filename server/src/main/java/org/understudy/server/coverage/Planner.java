package org.understudy.server.coverage;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.understudy.server.coverage.Plan.Verdict;
import org.understudy.server.ledger.LedgerKey;
import org.understudy.server.ledger.LedgerRow;
import org.understudy.server.ledger.Sums;
import org.understudy.server.tls.CertificateNames;

/** Makes a plan of its inputs, and of nothing else. */
public final class Planner {
    private static final Duration SOON = Duration.ofDays(30);

    private final PlanInputs in;
    private final SortedSet<String> names = new TreeSet<>();
    private final Map<String, Seen> seen = new TreeMap<>();
    private final Map<String, Cover> covers = new TreeMap<>();

    private Planner(PlanInputs in) {
        this.in = in;
    }

    public static Plan plan(PlanInputs inputs) {
        return new Planner(inputs).plan();
    }

    /** What the ledger has of one name. */
    private static final class Seen {
        final Map<String, Use> users = new TreeMap<>();
        long logins;

        @Nullable
        Instant last;

        void at(Instant when) {
            Instant before = last;
            last = before == null || before.isBefore(when) ? when : before;
        }
    }

    /** One user under one name. */
    private static final class Use {
        final Set<String> clients = new TreeSet<>();
        long logins;
        Instant last = Instant.EPOCH;

        void add(LedgerRow row) {
            if (!row.key().client().isEmpty()) {
                clients.add(row.key().client());
            }
            logins += row.count();
            last = row.last().isAfter(last) ? row.last() : last;
        }
    }

    private record Cover(Verdict verdict, String certificate) {}

    private Plan plan() {
        for (LedgerRow row : in.ledger().rows()) {
            take(row);
        }
        names.addAll(seen.keySet());
        in.configured().stream().filter(name -> !name.contains("*")).forEach(names::add);
        in.advertised().stream().filter(name -> !name.contains("*")).forEach(names::add);
        names.forEach(name -> covers.put(name, cover(name)));
        List<Plan.Warned> warned = warned();
        return new Plan(
                in.cutOver(),
                in.ledger().since(),
                totals(warned),
                hosts(),
                warned,
                additions(),
                certificates(),
                Refusals.mismatches(in.ledger().rows()),
                Refusals.roots(in.ledger().rows()),
                unnamed(),
                unused(),
                untold(in.ledger().sums(), in.ledger().damaged()));
    }

    private void take(LedgerRow row) {
        LedgerKey key = row.key();
        if (key.host().isEmpty() || key.host().startsWith("(")) {
            return;
        }
        Seen host = seen.computeIfAbsent(key.host(), name -> new Seen());
        host.at(row.last());
        if (key.known()) {
            host.logins += row.count();
            host.users.computeIfAbsent(key.user(), user -> new Use()).add(row);
        }
    }

    /** The certificate for a name: one that is valid then and as long as possible, else the one that comes nearest. */
    private Cover cover(String host) {
        Cover best = new Cover(Verdict.NAME, "");
        Instant until = Instant.MIN;
        for (CertificateAtHand one : in.certificates()) {
            if (!one.names().cover(host)) {
                continue;
            }
            Verdict verdict = one.validAt(in.cutOver())
                    ? Verdict.COVERED
                    : in.cutOver().isBefore(one.from()) ? Verdict.EARLY : Verdict.EXPIRED;
            if (verdict.compareTo(best.verdict()) > 0
                    || verdict == best.verdict() && one.until().isAfter(until)) {
                best = new Cover(verdict, one.place());
                until = one.until();
            }
        }
        return best;
    }

    private Cover coverOf(String host) {
        return covers.getOrDefault(host, new Cover(Verdict.NAME, ""));
    }

    private List<Plan.Warned> warned() {
        List<Plan.Warned> warned = new ArrayList<>();
        seen.forEach((host, uses) -> {
            Verdict verdict = coverOf(host).verdict();
            if (verdict != Verdict.COVERED) {
                String domain = in.resellers().domain(host);
                uses.users.forEach((user, use) -> warned.add(new Plan.Warned(
                        user,
                        host,
                        domain,
                        in.resellers().reseller(domain),
                        verdict,
                        List.copyOf(use.clients),
                        use.logins,
                        use.last)));
            }
        });
        warned.sort(Comparator.comparing(Plan.Warned::domain)
                .thenComparing(Plan.Warned::host)
                .thenComparing(Plan.Warned::user));
        return warned;
    }

    private Plan.Totals totals(List<Plan.Warned> warned) {
        Set<String> users = new TreeSet<>();
        long logins = 0;
        for (LedgerRow row : in.ledger().rows()) {
            if (row.key().known()) {
                users.add(row.key().user());
                logins += row.count();
            }
        }
        long used = seen.values().stream().filter(host -> !host.users.isEmpty()).count();
        long uncovered = seen.entrySet().stream()
                .filter(host -> !host.getValue().users.isEmpty()
                        && coverOf(host.getKey()).verdict() != Verdict.COVERED)
                .count();
        return new Plan.Totals(
                users.size(), warned.stream().map(Plan.Warned::user).distinct().count(), logins, used, uncovered);
    }

    private List<Plan.Host> hosts() {
        List<Plan.Host> hosts = new ArrayList<>();
        for (String name : names) {
            Seen uses = seen.get(name);
            Cover cover = coverOf(name);
            List<String> from = new ArrayList<>();
            if (uses != null) {
                from.add("seen");
            }
            if (listed(in.configured(), name)) {
                from.add("configured");
            }
            if (listed(in.advertised(), name)) {
                from.add("advertised");
            }
            String domain = in.resellers().domain(name);
            hosts.add(new Plan.Host(
                    name,
                    domain,
                    in.resellers().reseller(domain),
                    cover.verdict(),
                    cover.certificate(),
                    from,
                    uses == null ? 0 : uses.users.size(),
                    uses == null ? 0 : uses.logins,
                    uses == null ? null : uses.last));
        }
        hosts.sort(Comparator.comparing((Plan.Host host) -> host.verdict() == Verdict.COVERED)
                .thenComparing(Plan.Host::users, Comparator.reverseOrder())
                .thenComparing(Plan.Host::host));
        return hosts;
    }

    private static boolean listed(Set<String> list, String name) {
        return list.contains(name) || list.contains("*." + PlanInputs.parent(name));
    }

    /** Names without a certificate that somebody logs in under, or that users were or are to be told of. */
    private List<Plan.Addition> additions() {
        Map<String, Set<String>> byDomain = new TreeMap<>();
        for (String name : names) {
            Seen uses = seen.get(name);
            boolean wanted = uses != null && !uses.users.isEmpty()
                    || listed(in.configured(), name)
                    || listed(in.advertised(), name);
            if (wanted && coverOf(name).verdict() == Verdict.NAME && !CertificateNames.isAddress(name)) {
                byDomain.computeIfAbsent(PlanInputs.parent(name), domain -> new LinkedHashSet<>())
                        .add(name);
            }
        }
        List<Plan.Addition> additions = new ArrayList<>();
        byDomain.forEach((domain, missing) -> {
            long users = missing.stream()
                    .map(seen::get)
                    .filter(uses -> uses != null)
                    .flatMap(uses -> uses.users.keySet().stream())
                    .distinct()
                    .count();
            additions.add(new Plan.Addition(
                    nearest(domain),
                    domain,
                    List.copyOf(missing),
                    missing.size() > 1 && domain.contains(".") ? "*." + domain : "",
                    users));
        });
        additions.sort(Comparator.comparingLong(Plan.Addition::users).reversed().thenComparing(Plan.Addition::domain));
        return additions;
    }

    /** The certificate that has a name in the same domain, by at least two labels; else none. */
    private String nearest(String domain) {
        String best = "";
        int most = 1;
        for (CertificateAtHand one : in.certificates()) {
            for (String name : one.names().dns()) {
                int common = common(name, domain);
                if (common > most && one.until().isAfter(in.cutOver())) {
                    most = common;
                    best = one.place();
                }
            }
        }
        return best;
    }

    private static int common(String one, String other) {
        String[] a = one.split("\\.");
        String[] b = other.split("\\.");
        int count = 0;
        while (count < a.length && count < b.length && a[a.length - 1 - count].equals(b[b.length - 1 - count])) {
            count++;
        }
        return count;
    }

    private List<Plan.Certificate> certificates() {
        List<Plan.Certificate> all = new ArrayList<>();
        for (CertificateAtHand one : in.certificates()) {
            Set<String> users = new TreeSet<>();
            covers.forEach((host, cover) -> {
                Seen uses = seen.get(host);
                if (cover.certificate().equals(one.place()) && uses != null) {
                    users.addAll(uses.users.keySet());
                }
            });
            List<String> made = new ArrayList<>(one.names().dns());
            made.addAll(one.names().addresses());
            all.add(new Plan.Certificate(
                    one.place(), one.id(), made, one.from(), one.until(), remark(one, made), users.size()));
        }
        all.sort(Comparator.comparing(Plan.Certificate::until).thenComparing(Plan.Certificate::place));
        return all;
    }

    private String remark(CertificateAtHand one, List<String> made) {
        if (one.until().isBefore(in.cutOver())) {
            return "expired by then";
        }
        if (one.from().isAfter(in.cutOver())) {
            return "not valid yet";
        }
        if (made.isEmpty()) {
            return "has no subjectAltName: no client accepts it for any name";
        }
        return one.until().isBefore(in.cutOver().plus(SOON)) ? "expires within " + SOON.toDays() + " days after" : "";
    }

    private Plan.Unnamed unnamed() {
        Set<String> without = new TreeSet<>();
        Set<String> with = new TreeSet<>();
        long logins = 0;
        for (LedgerRow row : in.ledger().rows()) {
            LedgerKey key = row.key();
            if (key.known() && key.host().isEmpty()) {
                without.add(key.user());
                logins += row.count();
            } else if (key.known()) {
                with.add(key.user());
            }
        }
        List<String> only =
                without.stream().filter(user -> !with.contains(user)).toList();
        return new Plan.Unnamed(logins, without.size(), only);
    }

    private List<String> unused() {
        SortedSet<String> told = new TreeSet<>(in.configured());
        told.addAll(in.advertised());
        return told.stream()
                .filter(name -> seen.entrySet().stream()
                        .noneMatch(host ->
                                !host.getValue().users.isEmpty() && CertificateNames.matches(name, host.getKey())))
                .toList();
    }

    /** What a ledger cannot tell any more; empty if it has let go of nothing. */
    public static String untold(Sums sums, long damaged) {
        List<String> parts = new ArrayList<>();
        if (sums.users().rows() > 0) {
            parts.add(sums.users().rows() + " rows of users were folded away, the last one seen "
                    + sums.users().last());
        }
        if (sums.strangers().rows() > 0) {
            parts.add(sums.strangers().rows() + " rows without a login were folded away, the last one seen "
                    + sums.strangers().last());
        }
        if (sums.dropped() > 0) {
            parts.add(sums.dropped() + " connections were not counted");
        }
        if (damaged > 0) {
            parts.add(damaged + " lines of the file were damaged");
        }
        return String.join("; ", parts);
    }
}
