package org.understudy.server.console;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.migrate.Board;
import org.understudy.restore.migrate.EqualityProof;
import org.understudy.restore.migrate.Member;
import org.understudy.restore.migrate.MigrationStatus;
import org.understudy.restore.migrate.PhasePlan;
import org.understudy.restore.migrate.Round;
import org.understudy.restore.operation.Role;
import org.understudy.restore.progress.Progress;

/** The board of migrations: phases with their plans and delays, waves, each user with the proof that both sides are equal. */
final class MigrationPages {
    private static final int ON_A_PAGE = 100;
    private static final String OWN = "/console/migrations";
    private static final String FILE = "migration.json";

    private final Frame frame;
    private final ConsoleSetup setup;
    private final Map<String, Prepared<Board>> boards = new ConcurrentHashMap<>();

    MigrationPages(Frame frame, ConsoleSetup setup) {
        this.frame = frame;
        this.setup = setup;
    }

    List<Place> places() {
        return List.of(Place.get(OWN, Role.VIEWER, this::list), Place.get(OWN + "/{name}", Role.VIEWER, this::show));
    }

    private Path folder() {
        return setup.workplace().dataFolder().resolve("migrations");
    }

    private List<String> names() {
        if (!Files.isDirectory(folder())) {
            return List.of();
        }
        try (Stream<Path> folders = Files.list(folder())) {
            return folders.filter(one -> Files.isRegularFile(one.resolve(FILE)))
                    .map(one -> String.valueOf(one.getFileName()))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("the migrations cannot be listed", e);
        }
    }

    /** Empty while it is being read. */
    private Optional<Board> board(String name) throws Exception {
        String stamp = Reports.stamp(folder().resolve(name).resolve(FILE)).orElse("");
        return boards.computeIfAbsent(name, one -> new Prepared<>())
                .get(
                        stamp,
                        () -> new MigrationStatus()
                                .run(new MigrationStatus.Request(name), setup.workplace(), Progress.SILENT)
                                .board());
    }

    /** Reads all of them. */
    Object ahead() throws Exception {
        List<String> names = names();
        for (String name : names) {
            board(name);
        }
        return names;
    }

    private Answer list(Visit visit) throws Exception {
        Map<String, Optional<Board>> all = new LinkedHashMap<>();
        for (String name : names()) {
            all.put(name, board(name));
        }
        return frame.page(visit, Frame.Part.MIGRATIONS, "Migrations", page -> {
            page.element("h1", all.isEmpty() ? "There is no migration" : "Migrations");
            if (all.isEmpty()) {
                page.open("p").text("Users of another cluster are brought over by ");
                page.element("code", "understudy migrate new NAME")
                        .text("; how far each is, and the proof that nothing is missing, is then shown here.");
                page.close();
                return;
            }
            CertificatePages.table(
                    page,
                    "Migrations by name",
                    List.of("Migration", "From", "Users", "Equal", "Cut over", "Messages", "Mail"),
                    List.of("Users", "Equal", "Cut over", "Messages", "Mail"),
                    rows -> all.forEach((name, board) -> row(rows, name, board)));
        });
    }

    private static void row(Html page, String name, Optional<Board> found) {
        page.open("tr")
                .open("th", "scope", "row")
                .link(OWN + "/" + Shown.encoded(name), name)
                .close();
        if (found.isEmpty()) {
            page.element("td", "is being read", "colspan", "6").close();
            return;
        }
        Board board = found.get();
        page.open("td", "class", "path").name(board.old()).close();
        long over = board.waves().stream().mapToLong(Board.Wave::cutOver).sum();
        for (long count : new long[] {board.users(), board.equal(), over, board.messages()}) {
            page.element("td", Shown.number(count), "class", "n");
        }
        page.element("td", Shown.size(board.octets()), "class", "n").close();
    }

    private Answer show(Visit visit) throws Exception {
        String name = visit.path("name");
        if (!names().contains(name)) {
            throw new Refusal(404, "There is no such migration.");
        }
        Optional<Board> found = board(name);
        if (found.isEmpty()) {
            return frame.making(
                    visit,
                    Frame.Part.MIGRATIONS,
                    "Migration " + name,
                    "The list of its users is long, and is being read.");
        }
        Board board = found.get();
        String words = visit.query("words").strip().toLowerCase(Locale.ROOT);
        boolean held = visit.query("held").equals("yes");
        List<Member> members = board.members().stream()
                .filter(one -> words.isEmpty()
                        || one.user().contains(words)
                        || one.domain().contains(words))
                .filter(one -> !held || !one.why().isEmpty() || differs(one))
                .sorted(Comparator.comparing((Member one) -> one.why().isEmpty())
                        .thenComparingInt(Member::wave)
                        .thenComparing(Member::user))
                .toList();
        int pages = Math.max(1, (members.size() + ON_A_PAGE - 1) / ON_A_PAGE);
        int at = Math.clamp(visit.number("page"), 1, pages);
        return frame.page(visit, Frame.Part.MIGRATIONS, "Migration " + name, page -> {
            page.open("p", "class", "eyebrow")
                    .link(OWN, "Migrations")
                    .text(" · ")
                    .name(name)
                    .close();
            long over = board.waves().stream().mapToLong(Board.Wave::cutOver).sum();
            page.element(
                    "h1",
                    Shown.number(over) + " of " + Shown.number(board.users(), "user") + " cut over, "
                            + Shown.number(board.equal()) + " proven equal");
            facts(page, board);
            phases(page, board);
            waves(page, board);
            page.open("section", "id", "users").element("h2", "Users");
            page.open("form", "class", "filter", "method", "get", "action", OWN + "/" + name, "role", "search");
            Frame.field(page, "words", "Part of the name or domain", "", "type", "search", "value", words);
            page.open("label", "class", "check-line");
            page.open("input", "type", "checkbox", "name", "held", "value", "yes", held ? "checked" : "", "");
            page.text(" only those who are held up").close();
            page.element("button", "Show", "class", "quiet").close();
            if (members.isEmpty()) {
                page.element("p", "There is no such user.", "class", "note");
            } else {
                users(
                        page,
                        members.stream()
                                .skip((at - 1L) * ON_A_PAGE)
                                .limit(ON_A_PAGE)
                                .toList());
            }
            Pager.pages(
                    page,
                    OWN + "/" + name + "?words=" + Shown.encoded(words) + "&held=" + (held ? "yes" : "") + "&page=",
                    at,
                    pages);
            page.close().line();
        });
    }

    private static boolean differs(Member member) {
        EqualityProof.Summary proof = member.proof();
        return proof != null && !proof.equal();
    }

    private void facts(Html page, Board board) {
        page.open("dl", "class", "facts").line();
        Instant measured = board.measuredAt();
        for (List<String> fact : List.of(
                List.of("From", board.old()),
                List.of("Mail here", Shown.number(board.messages(), "message") + ", " + Shown.size(board.octets())),
                List.of("Old side asked", measured == null ? "not yet" : Shown.time(measured)))) {
            page.open("div")
                    .element("dt", fact.getFirst())
                    .open("dd")
                    .name(fact.getLast())
                    .close(2);
        }
        page.close().line();
    }

    private void phases(Html page, Board board) {
        Instant now = setup.workplace().clock().instant();
        page.open("section").element("h2", "Phases");
        CertificatePages.table(
                page,
                "Phases, their plans and what came of them",
                List.of("Phase", "State", "Users there", "Planned", "Now due", "Began", "Done"),
                List.of("Users there"),
                rows -> board.phases().forEach(row -> {
                    String state = row.state(now);
                    rows.open("tr").element("th", Shown.upper(row.phase().words()), "scope", "row");
                    rows.open("td")
                            .element(
                                    "span",
                                    state,
                                    "class",
                                    switch (state) {
                                        case "done" -> "g proven";
                                        case "delayed" -> "g damaged";
                                        case "under way" -> "g consistent";
                                        default -> "g e-note";
                                    })
                            .close();
                    rows.element(
                            "td",
                            Shown.number(row.reached()) + " of " + Shown.number(row.users()) + ", " + row.percent()
                                    + " %",
                            "class",
                            "n");
                    PhasePlan plan = row.plan();
                    day(rows, plan.planned());
                    day(rows, plan.due());
                    day(rows, plan.began());
                    day(rows, plan.done());
                    rows.close();
                }));
        List<Board.Row> late = board.phases().stream()
                .filter(row -> !row.plan().delays().isEmpty())
                .toList();
        if (!late.isEmpty()) {
            page.element("h3", "Delays").open("ul", "class", "plain");
            for (Board.Row row : late) {
                for (PhasePlan.Delay delay : row.plan().delays()) {
                    page.open("li")
                            .text(Shown.time(delay.at()) + ", " + row.phase().words() + ": ");
                    page.name(delay.why().isEmpty() ? "no reason was given" : delay.why());
                    page.text(
                            delay.until() == null
                                    ? "; nobody knows until when."
                                    : "; until " + Shown.time(delay.until()) + ".");
                    page.text(delay.publicly().isEmpty() ? "" : " Told to everybody: " + Shown.name(delay.publicly()));
                    page.close();
                }
            }
            page.close();
        }
        page.close().line();
    }

    private static void day(Html page, @Nullable Instant at) {
        page.element("td", at == null ? "–" : Shown.time(at), "class", "when");
    }

    private static void waves(Html page, Board board) {
        if (board.waves().isEmpty()) {
            return;
        }
        page.open("section").element("h2", "Waves");
        CertificatePages.table(
                page,
                "Users of one wave are cut over together",
                List.of("Wave", "Users", "Mail here", "Equal", "Cut over", "Held up"),
                List.of("Wave", "Users", "Mail here", "Equal", "Cut over", "Held up"),
                rows -> board.waves().forEach(wave -> {
                    rows.open("tr").element("th", Shown.number(wave.number()), "scope", "row", "class", "n");
                    for (long count :
                            new long[] {wave.users(), wave.mail(), wave.equal(), wave.cutOver(), wave.held()}) {
                        rows.element("td", Shown.number(count), "class", count == 0 ? "n zero" : "n");
                    }
                    rows.close();
                }));
        page.close().line();
    }

    private void users(Html page, List<Member> members) {
        CertificatePages.table(
                page,
                "Users, those who are held up first",
                List.of("User", "Wave", "State", "Messages", "Mail", "Proof", "What holds them up"),
                List.of("Wave", "Messages", "Mail"),
                rows -> members.forEach(one -> {
                    rows.open("tr").open("th", "scope", "row", "class", "path").name(one.user());
                    if (!one.domain().isEmpty()) {
                        rows.open("span", "class", "soft")
                                .text(" ")
                                .name(one.domain())
                                .close();
                    }
                    rows.close().element("td", Shown.number(one.wave()), "class", "n");
                    rows.element("td", one.state().text());
                    Round round = one.round();
                    rows.element("td", round == null ? "–" : Shown.number(round.messages()), "class", "n");
                    rows.element("td", round == null ? "–" : Shown.size(round.octets()), "class", "n");
                    proof(rows, one.proof());
                    rows.open("td", "class", "path")
                            .name(one.why().isEmpty() ? "–" : one.why())
                            .close(2);
                }));
    }

    private void proof(Html page, EqualityProof.@Nullable Summary proof) {
        page.open("td");
        if (proof == null) {
            page.text("none yet");
        } else if (proof.equal()) {
            page.element("span", "equal", "class", "g proven")
                    .text(", " + Shown.ago(proof.at(), setup.workplace().clock().instant()));
        } else {
            page.element("span", Shown.number(proof.differences(), "difference"), "class", "g damaged");
            if (!proof.first().isEmpty()) {
                page.open("span", "class", "soft")
                        .text(" ")
                        .name(proof.first().getFirst())
                        .close();
            }
        }
        page.close();
    }
}
