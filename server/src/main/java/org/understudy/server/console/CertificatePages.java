package org.understudy.server.console;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.Role;
import org.understudy.restore.progress.Progress;
import org.understudy.server.coverage.CoverageOperations;
import org.understudy.server.coverage.Decommission;
import org.understudy.server.coverage.Plan;
import org.understudy.server.ledger.Ledger;
import org.understudy.server.ledger.LedgerContent;
import org.understudy.server.tls.TlsStatus;

/** Certificates and host names: what is shown and until when, who would be warned, who came how, and what can be switched off. */
final class CertificatePages {
    private static final int ON_A_PAGE = 100;
    private static final int FEW = 50;
    private static final int DAYS = 8;
    private static final Duration SOONEST = Duration.ofSeconds(2);
    private static final String OWN = "/console/certificates";

    private final Frame frame;
    private final ConsoleSetup setup;
    private final Prepared<LedgerContent> ledger = new Prepared<>(SOONEST);
    private final Prepared<Plan> plan = new Prepared<>(SOONEST);
    private final Map<Instant, Prepared<Plan>> plans = Collections.synchronizedMap(new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Instant, Prepared<Plan>> eldest) {
            return size() > DAYS;
        }
    });

    CertificatePages(Frame frame, ConsoleSetup setup) {
        this.frame = frame;
        this.setup = setup;
    }

    List<Place> places() {
        return List.of(
                Place.get(OWN, Role.VIEWER, this::show),
                Place.get(OWN + "/ledger", Role.VIEWER, this::ledger),
                Place.get(OWN + "/guard", Role.VIEWER, this::guard));
    }

    /** Changes with the ledger, and with what was imported into it. */
    private String stamp() {
        Path folder = setup.workplace().dataFolder().resolve(Ledger.FOLDER);
        if (!Files.isDirectory(folder)) {
            return "";
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted()
                    .map(file -> file.getFileName() + Reports.stamp(file).orElse(""))
                    .collect(Collectors.joining(" "));
        } catch (IOException e) {
            throw new UncheckedIOException("the ledgers cannot be listed", e);
        }
    }

    private Optional<LedgerContent> content() throws Exception {
        return ledger.get(stamp(), () -> CoverageOperations.ledger(setup.workplace()));
    }

    private Answer beingRead(Visit visit) {
        return frame.making(visit, Frame.Part.CERTIFICATES, "Certificates", "The ledger is being read.");
    }

    private Answer show(Visit visit) throws Exception {
        String text = visit.query("cutover").strip();
        Instant cutOver = cutOver(text);
        Optional<Plan> made = plan(cutOver);
        if (made.isEmpty()) {
            return beingRead(visit);
        }
        TlsStatus shown = setup.status().get().tls();
        Plan it = made.get();
        return frame.page(visit, Frame.Part.CERTIFICATES, "Certificates", page -> {
            page.element("h1", headline(it, cutOver != null));
            tabs(page, OWN);
            page.open("form", "class", "filter", "method", "get", "action", OWN);
            Frame.field(page, "cutover", "As it will be on", "", "type", "date", "value", text);
            page.element("button", "Show", "class", "quiet").close();
            troubles(page, shown);
            certificates(page, it);
            warned(page, visit, it);
            hosts(page, visit, it);
            additions(page, it);
            refusals(page, it);
            if (!it.untold().isEmpty()) {
                page.open("p", "class", "note").text("The ledger is not complete: " + Shown.name(it.untold()) + ".");
                page.close();
            }
        });
    }

    /** By the operation of the admin API. A plan for now is made anew each minute. */
    private Optional<Plan> plan(@Nullable Instant cutOver) throws Exception {
        Operation<?, ?> maker = setup.operations().stream()
                .filter(one -> one.name().equals("tls.plan"))
                .findFirst()
                .orElseThrow(() -> new Refusal(404, "This server shows no certificates."));
        LedgerContent known = content().orElse(null);
        if (known == null) {
            return Optional.empty();
        }
        Prepared<Plan> kept = cutOver == null ? plan : plans.computeIfAbsent(cutOver, at -> new Prepared<>());
        return kept.get(stamp() + (cutOver == null ? Shown.time(now()) : ""), () ->
                (Plan) run(maker, new CoverageOperations.At(cutOver)));
    }

    /** Reads the ledger, and makes the plan of now. */
    Object ahead() throws Exception {
        content();
        return plan(null);
    }

    private <Q, R> Object run(Operation<Q, R> operation, Object request) throws InterruptedException {
        Object result = operation.run(operation.requestType().cast(request), setup.workplace(), Progress.SILENT);
        if (result == null) {
            throw new IllegalStateException(operation.name() + " gave nothing");
        }
        return result;
    }

    private static @Nullable Instant cutOver(String text) {
        try {
            return text.isEmpty()
                    ? null
                    : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
        } catch (DateTimeParseException e) {
            throw new Refusal(400, "Write the day as 2026-12-31.");
        }
    }

    private Instant now() {
        return setup.workplace().clock().instant();
    }

    private static String headline(Plan plan, boolean later) {
        Plan.Totals totals = plan.totals();
        if (totals.users() == 0) {
            return "Nobody has logged in by TLS yet, so nothing can be said of users";
        }
        String then = later ? " on " + LocalDate.ofInstant(plan.cutOver(), ZoneOffset.UTC) : "";
        return totals.warned() == 0
                ? "Nobody of " + Shown.number(totals.users(), "user") + " would be warned" + then
                : Shown.number(totals.warned()) + " of " + Shown.number(totals.users(), "user") + " would be warned"
                        + then;
    }

    private static void tabs(Html page, String here) {
        page.open("nav", "class", "tabs", "aria-label", "Certificates").open("ul");
        for (List<String> one : List.of(
                List.of(OWN, "Coverage"),
                List.of(OWN + "/ledger", "Ledger"),
                List.of(OWN + "/guard", "Switching off"))) {
            boolean current = one.getFirst().equals(here);
            page.open("li")
                    .link(one.getFirst(), one.getLast(), current ? "aria-current" : "", current ? "page" : "")
                    .close();
        }
        page.close(2);
    }

    private void troubles(Html page, TlsStatus shown) {
        List<String> troubles = shown.troubles(now());
        if (!troubles.isEmpty()) {
            page.open("div", "class", "said bad").open("ul", "class", "bare");
            troubles.forEach(one ->
                    page.open("li").text(Shown.upper(Shown.name(one)) + ".").close());
            page.close(2);
        }
    }

    static void table(Html page, String caption, List<String> heads, List<String> figures, Consumer<Html> body) {
        page.open("div", "class", "scroll", "role", "region", "aria-label", caption, "tabindex", "0");
        page.open("table").element("caption", caption).open("thead").open("tr");
        for (String head : heads) {
            page.element("th", head, "scope", "col", figures.contains(head) ? "class" : "", "n");
        }
        page.close(2).open("tbody").line();
        body.accept(page);
        page.close(3);
    }

    private void certificates(Html page, Plan plan) {
        page.open("section").element("h2", "Certificates");
        if (plan.certificates().isEmpty()) {
            page.element("p", "There is none.", "class", "note");
        } else {
            table(
                    page,
                    "Certificates, the one that ends first on top",
                    List.of("Names", "Ends", "Left", "Users", "File"),
                    List.of("Users"),
                    rows -> plan.certificates().stream().limit(ON_A_PAGE).forEach(one -> {
                        long days = Duration.between(now(), one.until()).toDays();
                        rows.open("tr").open("th", "scope", "row", "class", "path");
                        rows.name(one.names().isEmpty() ? "(none)" : some(one.names()))
                                .close();
                        rows.element("td", Shown.time(one.until()), "class", "when")
                                .open("td");
                        rows.element(
                                        "span",
                                        days < 0 ? "expired" : Shown.number(days, "day"),
                                        "class",
                                        "g " + (days < 0 ? "damaged" : days < 30 ? "suspect" : "proven"))
                                .close();
                        rows.element("td", Shown.number(one.users()), "class", "n");
                        rows.open("td", "class", "path").name(one.place());
                        if (!one.remark().isEmpty()) {
                            rows.text(": " + Shown.name(one.remark()));
                        }
                        rows.close(2);
                    }));
        }
        page.close().line();
    }

    private static String some(List<String> names) {
        return names.size() <= 6
                ? String.join(", ", names)
                : String.join(", ", names.subList(0, 6)) + " and " + Shown.number(names.size() - 6L) + " more";
    }

    private void warned(Html page, Visit visit, Plan plan) {
        if (plan.warned().isEmpty()) {
            return;
        }
        int pages = Math.max(1, (plan.warned().size() + ON_A_PAGE - 1) / ON_A_PAGE);
        int at = Math.clamp(visit.number("warned"), 1, pages);
        page.open("section", "id", "warned").element("h2", "Who would be warned");
        table(
                page,
                "Users, and the name under which their program would warn them",
                List.of("User", "Host name", "Why", "Programs", "Logins", "Last seen"),
                List.of("Logins"),
                rows -> plan.warned().stream()
                        .skip((at - 1L) * ON_A_PAGE)
                        .limit(ON_A_PAGE)
                        .forEach(one -> {
                            rows.open("tr")
                                    .open("th", "scope", "row")
                                    .name(one.user())
                                    .close();
                            rows.open("td", "class", "path").name(one.host()).close();
                            verdict(rows, one.verdict());
                            rows.open("td", "class", "path")
                                    .name(one.clients().isEmpty() ? "not known" : some(one.clients()))
                                    .close();
                            rows.element("td", Shown.number(one.logins()), "class", "n");
                            rows.element("td", Shown.ago(one.last(), now())).close();
                        }));
        Pager.pages(page, OWN + "?cutover=" + Shown.encoded(visit.query("cutover")) + "&warned=", at, pages);
        page.close().line();
    }

    private static void verdict(Html page, Plan.Verdict verdict) {
        page.open("td");
        switch (verdict) {
            case NAME -> page.element("span", "no certificate for it", "class", "g damaged");
            case EXPIRED -> page.element("span", "expired by then", "class", "g damaged");
            case EARLY -> page.element("span", "not valid yet", "class", "g suspect");
            case COVERED -> page.element("span", "covered", "class", "g proven");
        }
        page.close();
    }

    private void hosts(Html page, Visit visit, Plan plan) {
        page.open("section", "id", "hosts").element("h2", "Host names");
        if (plan.hosts().isEmpty()) {
            page.element("p", "No name is configured, advertised or was asked for yet.", "class", "note");
            page.close();
            return;
        }
        int pages = Math.max(1, (plan.hosts().size() + ON_A_PAGE - 1) / ON_A_PAGE);
        int at = Math.clamp(visit.number("hosts"), 1, pages);
        table(
                page,
                "Host names, those not covered first",
                List.of("Host name", "Coverage", "Known from", "Users", "Logins", "Last asked for"),
                List.of("Users", "Logins"),
                rows -> plan.hosts().stream()
                        .skip((at - 1L) * ON_A_PAGE)
                        .limit(ON_A_PAGE)
                        .forEach(one -> {
                            rows.open("tr").open("th", "scope", "row", "class", "path");
                            rows.open("a", "href", OWN + "/ledger?host=" + Shown.encoded(one.host()));
                            rows.name(one.host()).close(2);
                            verdict(rows, one.verdict());
                            rows.element("td", String.join(", ", one.from()));
                            rows.element("td", Shown.number(one.users()), "class", "n");
                            rows.element("td", Shown.number(one.logins()), "class", "n");
                            rows.element("td", Shown.ago(one.last(), now())).close();
                        }));
        Pager.pages(page, OWN + "?cutover=" + Shown.encoded(visit.query("cutover")) + "&hosts=", at, pages);
        if (plan.unnamed().users() > 0) {
            page.element(
                    "p",
                    Shown.number(plan.unnamed().users(), "user") + " came without naming a host; of "
                            + Shown.number(plan.unnamed().only().size()) + " nothing else is known.",
                    "class",
                    "note");
        }
        page.close().line();
    }

    private static void additions(Html page, Plan plan) {
        if (plan.additions().isEmpty()) {
            return;
        }
        page.open("section").element("h2", "Names to add");
        page.open("ul");
        plan.additions().stream().limit(FEW).forEach(one -> {
            page.open("li").text("To ").name(one.certificate().isEmpty() ? "a new certificate" : one.certificate());
            page.text(": ").name(some(one.names()));
            page.text(one.wildcard().isEmpty() ? "" : ", or " + one.wildcard() + " for all of them");
            page.text(" (" + Shown.number(one.users(), "user") + ")").close();
        });
        page.close(2);
    }

    private void refusals(Html page, Plan plan) {
        if (plan.mismatches().isEmpty() && plan.roots().isEmpty()) {
            return;
        }
        page.open("section").element("h2", "What programs refuse today");
        table(
                page,
                "Connections that ended because of the certificate",
                List.of("Host name", "Why", "Refused", "Silent", "Logins in spite of it", "Last"),
                List.of("Refused", "Silent", "Logins in spite of it"),
                rows -> {
                    plan.mismatches().stream().limit(FEW).forEach(one -> {
                        rows.open("tr")
                                .open("th", "scope", "row", "class", "path")
                                .name(one.host())
                                .close();
                        rows.element("td", "not for this name");
                        for (long count : new long[] {one.refused(), one.silent(), one.logins()}) {
                            rows.element("td", Shown.number(count), "class", "n");
                        }
                        rows.element("td", Shown.ago(one.last(), now())).close();
                    });
                    plan.roots().stream().limit(FEW).forEach(one -> {
                        rows.open("tr")
                                .open("th", "scope", "row", "class", "path")
                                .name(one.host())
                                .close();
                        rows.open("td").name(one.alert() + " by " + one.family() + " " + one.tls());
                        rows.text(one.everybody() ? ", as everybody: the chain is at fault" : "")
                                .close();
                        rows.element("td", Shown.number(one.refused()), "class", "n");
                        rows.element("td", "").element("td", "");
                        rows.element("td", Shown.ago(one.last(), now())).close();
                    });
                });
        page.close().line();
    }

    private Answer ledger(Visit visit) throws Exception {
        Optional<LedgerContent> content = content();
        if (content.isEmpty()) {
            return beingRead(visit);
        }
        int at = Math.max(1, visit.number("page"));
        CoverageOperations.Rows rows = CoverageOperations.rows(
                content.get(),
                new CoverageOperations.Wanted(
                        visit.query("host").strip(),
                        visit.query("user").strip(),
                        visit.query("client").strip(),
                        visit.query("outcome").strip(),
                        null,
                        (at - 1) * ON_A_PAGE,
                        ON_A_PAGE));
        int pages = (int) Math.max(1, (rows.matching() + ON_A_PAGE - 1) / ON_A_PAGE);
        return frame.page(visit, Frame.Part.CERTIFICATES, "Ledger", page -> {
            page.element("h1", "Who came under which name");
            tabs(page, OWN + "/ledger");
            Frame.search(
                    page,
                    visit,
                    OWN + "/ledger",
                    List.of(
                            List.of("host", "Host name"),
                            List.of("user", "User"),
                            List.of("client", "Program"),
                            List.of("outcome", "Outcome")));
            page.open("p", "class", "note", "role", "status")
                    .text(Shown.number(rows.matching(), "row") + "; the ledger begins " + Shown.time(rows.since())
                            + (rows.untold().isEmpty() ? "." : ". Not complete: " + Shown.name(rows.untold()) + "."))
                    .close();
            if (!rows.rows().isEmpty()) {
                rows(page, rows.rows());
            }
            StringBuilder own = new StringBuilder(OWN + "/ledger?");
            for (String name : List.of("host", "user", "client", "outcome")) {
                own.append(name)
                        .append('=')
                        .append(Shown.encoded(visit.query(name)))
                        .append('&');
            }
            Pager.pages(page, own + "page=", at, pages, "Later", "Earlier");
        });
    }

    private void rows(Html page, List<CoverageOperations.Row> rows) {
        table(
                page,
                "Connections by host name, user and program, those seen last first",
                List.of("Host name", "User", "Program", "TLS", "Outcome", "Certificate", "Count", "Last seen"),
                List.of("Count"),
                table -> rows.forEach(row -> {
                    table.open("tr").open("th", "scope", "row", "class", "path");
                    table.name(row.host().isEmpty() ? "(none named)" : row.host())
                            .close();
                    table.open("td")
                            .name(row.user().isEmpty() ? "–" : row.user())
                            .close();
                    String client = row.client().isEmpty() ? row.family() : row.client();
                    table.open("td", "class", "path")
                            .name(client.isEmpty() ? "–" : client)
                            .close();
                    table.element("td", row.tls().isEmpty() ? "–" : row.tls());
                    table.element("td", row.outcome());
                    table.open("td");
                    switch (row.fault()) {
                        case "name" -> table.element("span", "not for this name", "class", "g damaged");
                        case "expired" -> table.element("span", "expired", "class", "g damaged");
                        case "early" -> table.element("span", "not valid yet", "class", "g suspect");
                        default -> table.text("fits");
                    }
                    table.close().element("td", Shown.number(row.count()), "class", "n");
                    table.element("td", Shown.time(row.last()), "class", "when").close();
                }));
    }

    private Answer guard(Visit visit) throws Exception {
        Optional<LedgerContent> content = content();
        if (content.isEmpty()) {
            return beingRead(visit);
        }
        String names = visit.query("names").strip();
        String ports = visit.query("ports").strip();
        Decommission guard =
                CoverageOperations.guard(content.get(), new CoverageOperations.Old(names, ports, null), now());
        List<Decommission.Traffic> traffic = guard.traffic().stream()
                .sorted(Comparator.comparingLong(Decommission.Traffic::users)
                        .reversed()
                        .thenComparing(Decommission.Traffic::host))
                .toList();
        int pages = Math.max(1, (traffic.size() + ON_A_PAGE - 1) / ON_A_PAGE);
        int at = Math.clamp(visit.number("page"), 1, pages);
        long used = traffic.stream().filter(Decommission.Traffic::carries).count();
        return frame.page(visit, Frame.Part.CERTIFICATES, "Switching off", page -> {
            page.element(
                    "h1",
                    used > 0
                            ? Shown.number(used) + (used == 1 ? " still carries" : " still carry") + " traffic"
                            : guard.unproven().isEmpty()
                                    ? "None of them carries traffic"
                                    : "No traffic was seen, but that proves nothing yet");
            tabs(page, OWN + "/guard");
            page.open("form", "class", "filter", "method", "get", "action", OWN + "/guard");
            Frame.field(page, "names", "Old host names", "With commas; *.example.org for a domain.", "value", names);
            Frame.field(page, "ports", "Ports", "With commas.", "value", ports, "inputmode", "numeric");
            page.element("button", "May they be switched off?", "class", "quiet")
                    .close();
            if (!guard.unproven().isEmpty()) {
                page.open("div", "class", "said wait")
                        .element("p", "What silence cannot prove:", "class", "words")
                        .open("ul");
                guard.unproven()
                        .forEach(why -> page.open("li")
                                .text(Shown.upper(Shown.name(why)) + ".")
                                .close());
                page.close(2);
            }
            if (traffic.isEmpty()) {
                page.element("p", "Nothing was seen since " + Shown.time(guard.since()) + ".", "class", "note");
                return;
            }
            table(
                    page,
                    "Traffic since " + Shown.time(guard.since()),
                    List.of("Host name", "Listener", "Port", "Users", "Logins", "Refused", "Others", "Last used"),
                    List.of("Port", "Users", "Logins", "Refused", "Others"),
                    rows -> traffic.stream()
                            .skip((at - 1L) * ON_A_PAGE)
                            .limit(ON_A_PAGE)
                            .forEach(one -> {
                                rows.open("tr").open("th", "scope", "row", "class", "path");
                                rows.name(one.host().isEmpty() ? "(none named)" : one.host())
                                        .close();
                                rows.element("td", one.listener().isEmpty() ? "–" : one.listener());
                                rows.element("td", one.port() == 0 ? "–" : String.valueOf(one.port()), "class", "n");
                                for (long count : new long[] {one.users(), one.logins(), one.refused(), one.others()}) {
                                    rows.element("td", Shown.number(count), "class", count == 0 ? "n zero" : "n");
                                }
                                rows.element("td", Shown.ago(one.last(), now())).close();
                            }));
            Pager.pages(
                    page,
                    OWN + "/guard?names=" + Shown.encoded(names) + "&ports=" + Shown.encoded(ports) + "&page=",
                    at,
                    pages);
        });
    }
}
