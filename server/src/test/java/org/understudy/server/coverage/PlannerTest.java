package org.understudy.server.coverage;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;
import org.understudy.server.coverage.Plan.Verdict;
import org.understudy.server.ledger.Alert;
import org.understudy.server.ledger.Fault;
import org.understudy.server.ledger.LedgerContent;
import org.understudy.server.ledger.LedgerKey;
import org.understudy.server.ledger.LedgerRow;
import org.understudy.server.ledger.Outcome;
import org.understudy.server.ledger.Sums;
import org.understudy.server.tls.CertificateNames;

final class PlannerTest {
    private static final Instant NOW = Instant.parse("2026-05-27T02:00:00Z");

    private final List<LedgerRow> rows = new ArrayList<>();

    private static LedgerKey key(
            String host, String user, String family, String certificate, Fault fault, Outcome how) {
        return new LedgerKey(
                "imaps", 993, host, user, user.isEmpty() ? "" : "Mail 1", family, "TLSv1.3", certificate, fault, how);
    }

    private void login(String host, String user) {
        rows.add(new LedgerRow(key(host, user, "f1", "c1", Fault.NONE, Outcome.LOGGED_IN), NOW, NOW, 1));
    }

    private static CertificateAtHand certificate(String place, Instant from, Instant until, String... names) {
        return new CertificateAtHand(
                place, place, "CN=" + place, new CertificateNames(List.of(names), List.of()), from, until);
    }

    private static CertificateAtHand certificate(String place, String... names) {
        return certificate(place, NOW.minus(Duration.ofDays(1)), NOW.plus(Duration.ofDays(90)), names);
    }

    private Plan plan(PlanInputs.Resellers resellers, List<String> advertised, CertificateAtHand... certificates) {
        return Planner.plan(new PlanInputs(
                new LedgerContent(NOW.minus(Duration.ofDays(30)), rows, Sums.NONE, 0),
                new TreeSet<>(),
                new TreeSet<>(advertised),
                List.of(certificates),
                resellers,
                NOW));
    }

    /** Two hundred names of forty domains; each certificate rule decides over some of them. */
    @Test
    void exactlyTheAffectedUsersOfAClusterAreListed() {
        Random random = new Random(20);
        TreeMap<String, Boolean> covered = new TreeMap<>();
        List<String> names = new ArrayList<>();
        List<CertificateAtHand> certificates = new ArrayList<>();
        for (int brand = 0; brand < 40; brand++) {
            String domain = "brand" + brand + ".example";
            List<String> hosts =
                    List.of("imap." + domain, "mail." + domain, "pop." + domain, domain, "imap.eu." + domain);
            names.addAll(hosts);
            switch (brand % 5) {
                case 0 -> certificates.add(certificate(domain, hosts.toArray(String[]::new)));
                case 1 -> certificates.add(certificate(domain, "*." + domain));
                case 2 -> certificates.add(certificate(domain, "imap." + domain, "m*." + domain, "*"));
                case 3 ->
                    certificates.add(certificate(
                            domain,
                            NOW.minus(Duration.ofDays(90)),
                            NOW.minus(Duration.ofSeconds(1)),
                            hosts.toArray(String[]::new)));
                default -> {}
            }
            for (int i = 0; i < hosts.size(); i++) {
                covered.put(
                        hosts.get(i),
                        switch (brand % 5) {
                            case 0 -> true;
                            case 1 -> i < 3;
                            case 2 -> i == 0;
                            default -> false;
                        });
            }
        }
        assertThat(names).hasSize(200).doesNotHaveDuplicates();
        TreeSet<String> expected = new TreeSet<>();
        TreeSet<String> users = new TreeSet<>();
        for (int i = 0; i < 20_000; i++) {
            String host = names.get(random.nextInt(names.size()));
            String user = "user" + random.nextInt(5_000);
            login(host, user);
            users.add(user);
            if (!covered.get(host)) {
                expected.add(user + " " + host);
            }
        }
        Plan plan = plan(PlanInputs.Resellers.NONE, List.of(), certificates.toArray(CertificateAtHand[]::new));
        List<String> found =
                plan.warned().stream().map(one -> one.user() + " " + one.host()).toList();
        assertThat(found).doesNotHaveDuplicates();
        assertThat(new TreeSet<>(found)).isEqualTo(expected);
        assertThat(plan.totals().users()).isEqualTo(users.size());
        assertThat(plan.totals().logins()).isEqualTo(20_000);
        assertThat(plan.totals().warned())
                .isEqualTo(expected.stream()
                        .map(one -> one.split(" ")[0])
                        .distinct()
                        .count());
        assertThat(plan.totals().hosts()).isEqualTo(200);
        assertThat(plan.totals().uncovered())
                .isEqualTo(covered.values().stream().filter(one -> !one).count());
        assertThat(plan.warned())
                .filteredOn(one -> one.domain().equals("brand3.example"))
                .allMatch(one -> one.verdict() == Verdict.EXPIRED);
        assertThat(plan.additions().stream().flatMap(one -> one.names().stream()))
                .containsExactlyInAnyOrderElementsOf(plan.hosts().stream()
                        .filter(host -> host.verdict() == Verdict.NAME)
                        .map(Plan.Host::host)
                        .toList());
    }

    @Test
    void namesGoToTheNearestCertificateOrOneWildcard() {
        login("imap.one.example", "anna");
        login("pop.one.example", "bert");
        login("mail.far.test", "carl");
        Plan plan =
                plan(PlanInputs.Resellers.NONE, List.of("smtp.one.example"), certificate("one.pem", "www.one.example"));
        assertThat(plan.additions())
                .containsExactly(
                        new Plan.Addition(
                                "one.pem",
                                "one.example",
                                List.of("imap.one.example", "pop.one.example", "smtp.one.example"),
                                "*.one.example",
                                2),
                        new Plan.Addition("", "far.test", List.of("mail.far.test"), "", 1));
        assertThat(plan.unused()).containsExactly("smtp.one.example");
    }

    @Test
    void oldRootsAreToldFromWrongNames() {
        rows.add(new LedgerRow(key("a.example", "anna", "old", "c1", Fault.NONE, Outcome.LOGGED_IN), NOW, NOW, 3));
        rows.add(new LedgerRow(
                key("a.example", "", "old", "c1", Fault.NONE, Outcome.alert(Alert.UNKNOWN_CA)), NOW, NOW, 5));
        rows.add(new LedgerRow(
                key("b.example", "", "new", "c2", Fault.NONE, Outcome.alert(Alert.UNKNOWN_CA)), NOW, NOW, 2));
        rows.add(new LedgerRow(
                key("c.example", "", "new", "c1", Fault.NAME, Outcome.alert(Alert.BAD_CERTIFICATE)), NOW, NOW, 7));
        rows.add(new LedgerRow(key("c.example", "", "new", "c1", Fault.NAME, Outcome.NO_COMMAND), NOW, NOW, 1));
        Plan plan = plan(PlanInputs.Resellers.NONE, List.of(), certificate("x", "a.example"));
        assertThat(plan.roots())
                .containsExactly(
                        new Plan.Roots("a.example", "old", "TLSv1.3", "unknown_ca", 5, false, List.of("anna"), NOW),
                        new Plan.Roots("b.example", "new", "TLSv1.3", "unknown_ca", 2, true, List.of(), NOW));
        assertThat(plan.mismatches()).containsExactly(new Plan.Mismatch("c.example", 7, 1, 0, NOW));
        assertThat(plan.calm()).isTrue();
    }

    @Test
    void usersWithoutANameAreSaidAndNotGuessed() {
        login("", "anna");
        login("", "bert");
        login("a.example", "bert");
        Plan plan = plan(PlanInputs.Resellers.NONE, List.of(), certificate("x", "a.example"));
        assertThat(plan.unnamed()).isEqualTo(new Plan.Unnamed(2, 2, List.of("anna")));
        assertThat(plan.warned()).isEmpty();
    }

    @Test
    void whiteLabelDomainsGoToTheirResellers() {
        login("imap.shop.brand.example", "anna");
        login("imap.other.example", "bert");
        Plan plan = plan(new PlanInputs.Resellers(Map.of("brand.example", "Brand Ltd.")), List.of());
        assertThat(plan.warned())
                .extracting(Plan.Warned::user, Plan.Warned::domain, Plan.Warned::reseller)
                .containsExactly(
                        Tuple.tuple("anna", "brand.example", "Brand Ltd."),
                        Tuple.tuple("bert", "other.example", "other.example"));
    }

    @Test
    void certificatesThatEndSoonAreRemarkedUpon() {
        Plan plan = plan(
                PlanInputs.Resellers.NONE,
                List.of(),
                certificate("ends", NOW.minusSeconds(9), NOW.plus(Duration.ofDays(29)), "a.example"),
                certificate("ended", NOW.minusSeconds(9), NOW.minusSeconds(1), "a.example"),
                certificate("early", NOW.plusSeconds(1), NOW.plus(Duration.ofDays(90)), "a.example"),
                certificate("bare"),
                certificate("good", "a.example"));
        assertThat(plan.certificates())
                .extracting(Plan.Certificate::place, Plan.Certificate::remark)
                .containsExactly(
                        Tuple.tuple("ended", "expired by then"),
                        Tuple.tuple("ends", "expires within 30 days after"),
                        Tuple.tuple("bare", "has no subjectAltName: no client accepts it for any name"),
                        Tuple.tuple("early", "not valid yet"),
                        Tuple.tuple("good", ""));
    }

    @Test
    void namesMatchAsRfc9525HasIt() {
        assertThat(CertificateNames.matches("*.a.example", "b.a.example")).isTrue();
        assertThat(CertificateNames.matches("*.a.example", "a.example")).isFalse();
        assertThat(CertificateNames.matches("*.a.example", "c.b.a.example")).isFalse();
        assertThat(CertificateNames.matches("b*.a.example", "bc.a.example")).isFalse();
        assertThat(CertificateNames.matches("b.*.example", "b.a.example")).isFalse();
        assertThat(CertificateNames.matches("*.example", "a.example")).isFalse();
        assertThat(CertificateNames.matches("*", "a")).isFalse();
        CertificateNames names = new CertificateNames(List.of("xn--bcher-kva.example"), List.of("192.0.2.1"));
        assertThat(names.cover("B\u00fccher.Example.")).isTrue();
        assertThat(names.cover("192.0.2.1")).isTrue();
        assertThat(new CertificateNames(List.of("192.0.2.1"), List.of()).cover("192.0.2.1"))
                .isFalse();
    }

    @Test
    void theGuardSaysWhatIsInUseAndWhatItCannotProve() {
        Instant before = NOW.minus(Duration.ofDays(20));
        rows.add(new LedgerRow(key("old.example", "anna", "", "", Fault.NONE, Outcome.LOGGED_IN), before, before, 4));
        rows.add(new LedgerRow(key("new.example", "anna", "", "", Fault.NONE, Outcome.LOGGED_IN), NOW, NOW, 1));
        rows.add(new LedgerRow(key("old.example", "", "", "", Fault.NONE, Outcome.NO_COMMAND), NOW, NOW, 9));
        LedgerContent ledger = new LedgerContent(NOW.minus(Duration.ofDays(30)), rows, Sums.NONE, 0);
        Instant week = NOW.minus(Duration.ofDays(7));
        Decommission quiet = Decommission.of(ledger, List.of("old.example"), List.of(), week);
        assertThat(quiet.inUse()).isFalse();
        assertThat(quiet.unproven()).isEmpty();
        assertThat(quiet.traffic()).hasSize(1).allMatch(one -> one.others() == 9);
        assertThat(Decommission.of(ledger, List.of("old.example"), List.of(), before)
                        .inUse())
                .isTrue();
        assertThat(Decommission.of(ledger, List.of("new.example"), List.of(143), week)
                        .inUse())
                .isFalse();
        assertThat(Decommission.of(ledger, List.of("new.example"), List.of(993), week)
                        .inUse())
                .isTrue();
        assertThat(Decommission.of(ledger, List.of("old.example"), List.of(), NOW.minus(Duration.ofDays(40)))
                        .unproven())
                .singleElement()
                .asString()
                .startsWith("the ledger begins");
        rows.add(new LedgerRow(key("", "bert", "", "", Fault.NONE, Outcome.LOGGED_IN), NOW, NOW, 1));
        LedgerContent unnamed = new LedgerContent(NOW.minus(Duration.ofDays(30)), rows, Sums.NONE, 0);
        assertThat(Decommission.of(unnamed, List.of("old.example"), List.of(), week)
                        .unproven())
                .containsExactly("some users' programs name no host: they may use any of these");
        rows.add(new LedgerRow(
                key("old.example", "", "", "", Fault.NAME, Outcome.alert(Alert.BAD_CERTIFICATE)), NOW, NOW, 1));
        assertThat(Decommission.of(
                                new LedgerContent(NOW.minus(Duration.ofDays(30)), rows, Sums.NONE, 0),
                                List.of("old.example"),
                                List.of(),
                                week)
                        .inUse())
                .isTrue();
    }
}
