package org.understudy.server.console;

import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.understudy.restore.job.RestoreJob;
import org.understudy.restore.job.RestoreState;
import org.understudy.restore.operation.Role;
import org.understudy.restore.repository.Repository;
import org.understudy.restore.workflow.StageRestore;

/** All restores, some at a time, and the form that begins one. */
final class RestoreListPage {
    private static final int ON_A_PAGE = 50;
    private static final int SNAPSHOTS = 100;
    private static final String SNAPSHOT = "snapshot:";

    private final Frame frame;
    private final ConsoleSetup setup;
    private final Doing doing;
    private final Jobs jobs;

    RestoreListPage(Frame frame, ConsoleSetup setup, Doing doing, Jobs jobs) {
        this.frame = frame;
        this.setup = setup;
        this.doing = doing;
        this.jobs = jobs;
    }

    List<Place> places() {
        return List.of(
                Place.get("/console/restores", Role.VIEWER, this::list),
                Place.get("/console/restores/new", Role.ENGINEER, this::form),
                Place.post("/console/restores", Role.ENGINEER, this::stage));
    }

    private Answer list(Visit visit) {
        List<RestoreJob> all = jobs.all();
        String state = visit.query("state");
        String words = visit.query("words").strip();
        List<RestoreJob> some = all.stream()
                .filter(job -> state.isEmpty() || job.state().word().equals(state))
                .filter(job -> words.isEmpty() || matches(job, words.toLowerCase(Locale.ROOT)))
                .toList();
        int pages = Math.max(1, (some.size() + ON_A_PAGE - 1) / ON_A_PAGE);
        int at = Math.clamp(visit.number("page"), 1, pages);
        return frame.page(visit, Frame.Part.RESTORES, "Restores", page -> {
            page.element("h1", "Restores");
            if (visit.may(Role.ENGINEER)) {
                page.open("p")
                        .link("/console/restores/new", "Begin a restore", "class", "button")
                        .close();
            }
            if (all.isEmpty()) {
                page.element(
                        "p",
                        "There was no restore yet. One begins with a snapshot or a backup of any kind; it is replayed into a"
                                + " shadow, and no user sees anything of it before you merge.");
                return;
            }
            filter(page, state, words);
            page.element(
                    "p",
                    Shown.number(some.size(), "restore")
                            + (some.size() == all.size() ? "" : " of " + Shown.number(all.size())),
                    "class",
                    "note",
                    "role",
                    "status");
            table(
                    page,
                    some.stream().skip((at - 1L) * ON_A_PAGE).limit(ON_A_PAGE).toList());
            Pager.pages(
                    page,
                    "/console/restores?state=" + Shown.encoded(state) + "&words=" + Shown.encoded(words) + "&page=",
                    at,
                    pages,
                    "Newer",
                    "Older");
        });
    }

    private static boolean matches(RestoreJob job, String words) {
        return job.id().contains(words)
                || job.source().text().toLowerCase(Locale.ROOT).contains(words)
                || job.source().only().stream()
                        .anyMatch(user -> user.toLowerCase(Locale.ROOT).contains(words));
    }

    private static void filter(Html page, String state, String words) {
        page.open("form", "class", "filter", "method", "get", "action", "/console/restores", "role", "search");
        page.open("div", "class", "field").element("label", "State", "for", "state");
        page.open("select", "id", "state", "name", "state").element("option", "all", "value", "");
        for (RestoreState one : RestoreState.values()) {
            boolean chosen = one.word().equals(state);
            page.element("option", one.word(), "value", one.word(), chosen ? "selected" : "", "");
        }
        page.close(2);
        Frame.field(page, "words", "Id, source or user", "", "type", "search", "value", words);
        page.element("button", "Show", "class", "quiet").close().line();
    }

    private void table(Html page, List<RestoreJob> some) {
        Instant now = setup.workplace().clock().instant();
        page.open("div", "class", "scroll", "role", "region", "aria-label", "Restores", "tabindex", "0");
        page.open("table")
                .element("caption", "Restores, newest first")
                .open("thead")
                .open("tr");
        for (String head : List.of("Restore", "State", "Source", "Users", "Begun by", "Changed")) {
            page.element("th", head, "scope", "col");
        }
        page.close(2).open("tbody").line();
        for (RestoreJob job : some) {
            page.open("tr")
                    .open("th", "scope", "row")
                    .link("/console/restores/" + job.id(), job.id())
                    .close();
            page.open("td")
                    .element(
                            "span",
                            job.state().word(),
                            "class",
                            "mark m-" + job.state().word());
            page.text(job.failure() == null ? "" : " stopped").close();
            page.open("td", "class", "path").name(job.source().text()).close();
            page.open("td").name(users(job.source().only())).close();
            String by = job.stagedBy();
            page.open("td").name(by == null ? "" : by).close();
            page.element("td", Shown.ago(job.changedAt(), now)).close().line();
        }
        page.close(3);
    }

    static String users(Set<String> only) {
        if (only.isEmpty()) {
            return "all";
        }
        List<String> sorted = only.stream().sorted().toList();
        return sorted.size() <= 3
                ? String.join(", ", sorted)
                : String.join(", ", sorted.subList(0, 3)) + " and " + Shown.number(sorted.size() - 3L) + " more";
    }

    private Answer form(Visit visit) {
        List<String> ids = snapshots();
        String chosen = visit.query("snapshot");
        String users = visit.query("users");
        return frame.page(visit, Frame.Part.RESTORES, "Begin a restore", page -> {
            page.element("h1", "Begin a restore");
            page.element(
                    "p",
                    "The source is replayed into a shadow of its own, slowly while users are at work. Live mail is not"
                            + " changed before a plan is approved and merged.",
                    "class",
                    "lead");
            frame.form(page, visit, "/console/restores", "/console/restores/new", "class", "sheet");
            page.open("fieldset").element("legend", "From a snapshot of this server");
            page.open("div", "class", "field").element("label", "Snapshot", "for", "snapshot");
            page.open("select", "id", "snapshot", "name", "snapshot");
            page.element("option", ids.isEmpty() ? "there is none" : "none: from a path", "value", "");
            for (String id : ids) {
                page.element("option", id, "value", id, id.equals(chosen) ? "selected" : "", "");
            }
            page.close(3);
            page.open("fieldset").element("legend", "Or from a backup of another kind");
            Frame.field(
                    page,
                    "location",
                    "Path on the server",
                    "Maildir, mbox, EML, tar, PST and others; it is found out which.");
            page.close();
            page.open("fieldset").element("legend", "How much");
            Frame.field(
                    page,
                    "users",
                    "Only these users",
                    "With commas between; empty for all in the source.",
                    "value",
                    users,
                    "autocapitalize",
                    "none");
            Frame.field(
                    page,
                    "against",
                    "Take the best copy of each message also from",
                    "Another path, or snapshot: and its name; may be empty.");
            page.close();
            page.element("button", "Stage it", "class", "main").close().line();
        });
    }

    private List<String> snapshots() {
        List<String> ids;
        try {
            ids = Repository.open(setup.workplace().repository()).snapshotIds();
        } catch (org.understudy.storage.OperatorException e) {
            return List.of();
        }
        List<String> newest = new java.util.ArrayList<>(ids).reversed();
        return newest.subList(0, Math.min(SNAPSHOTS, newest.size()));
    }

    private Answer stage(Visit visit) {
        String snapshot = visit.field("snapshot");
        String location = visit.field("location");
        if (snapshot.isEmpty() == location.isEmpty()) {
            visit.session()
                    .say(new Session.Said(
                            false, "Choose a snapshot or give a path: one of the two.", "Nothing was begun."));
            return new Answer.Go("/console/restores/new?snapshot=" + Shown.encoded(snapshot) + "&users="
                    + Shown.encoded(visit.field("users")));
        }
        Set<String> users = new LinkedHashSet<>();
        Arrays.stream(visit.field("users").split(",", -1))
                .map(String::strip)
                .filter(user -> !user.isEmpty())
                .forEach(users::add);
        List<String> against = visit.field("against").isEmpty() ? List.of() : List.of(visit.field("against"));
        var work = doing.begin(
                visit,
                "restore.stage",
                new StageRestore.Request(
                        "", "", snapshot.isEmpty() ? location : SNAPSHOT + snapshot, Map.of(), users, 0, against),
                "");
        return new Answer.Go("/console/work/" + work.id().text());
    }
}
