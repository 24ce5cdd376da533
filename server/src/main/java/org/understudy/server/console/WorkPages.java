package org.understudy.server.console;

import io.helidon.http.sse.SseEvent;
import io.helidon.webserver.sse.SseSink;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.operation.Failure;
import org.understudy.restore.operation.Role;
import org.understudy.server.work.Work;
import org.understudy.server.work.WorkEvent;
import org.understudy.server.work.WorkState;
import org.understudy.server.work.WorkView;

/** Work that is under way or has ended: how far it is, live, and what came of it. */
final class WorkPages {
    private static final Duration LONGEST = Duration.ofSeconds(90);
    private static final Duration HEARTBEAT = Duration.ofSeconds(10);

    private final Frame frame;
    private final Doing doing;
    private final Clock clock;

    WorkPages(Frame frame, Doing doing, Clock clock) {
        this.frame = frame;
        this.doing = doing;
        this.clock = clock;
    }

    List<Place> places() {
        return List.of(
                Place.get("/console/work/{id}", Role.VIEWER, this::show),
                Place.get("/console/work/{id}/events", Role.VIEWER, this::follow),
                Place.post("/console/work/{id}/cancel", Role.ENGINEER, this::cancel));
    }

    private Work work(Visit visit) {
        return doing.find(visit.identity(), visit.path("id"))
                .orElseThrow(() -> new Refusal(
                        404, "There is no such work. What has ended is kept for a day, and not over a restart."));
    }

    private Answer show(Visit visit) {
        Work work = work(visit);
        WorkView view = work.view(true);
        if (view.state() == WorkState.DONE && view.operation().equals("restore.stage") && view.result() != null) {
            return new Answer.Go("/console/restores/" + view.result().path("id").asText());
        }
        String subject = doing.subject(work);
        if (view.state() == WorkState.DONE && !subject.isEmpty()) {
            return new Answer.Go("/console/restores/" + subject);
        }
        if (view.state() == WorkState.DONE) {
            place(view.operation());
        }
        return view.state() == WorkState.RUNNING
                ? frame.livePage(
                        visit, Frame.Part.OVERVIEW, words(view.operation()), page -> content(page, visit, work))
                : frame.page(visit, Frame.Part.OVERVIEW, words(view.operation()), page -> content(page, visit, work));
    }

    private void content(Html page, Visit visit, Work work) {
        WorkView view = work.view(false);
        page.element("h1", words(view.operation()));
        page.open("p", "class", "note").text("Begun by ").name(view.person());
        page.text(" at " + Shown.time(view.startedAt()) + ".").close().line();
        panel(page, visit, work, "/console/work/" + work.id().text());
        Failure failure = view.error();
        if (view.state() != WorkState.RUNNING && failure == null) {
            page.open("p")
                    .link(place(view.operation()), "Look at what came of it")
                    .close();
        }
    }

    /** Where to look at what came of an operation. */
    private static String place(String operation) {
        return switch (operation.substring(0, Math.max(0, operation.indexOf('.')))) {
            case "snapshot", "repo" -> "/console/snapshots";
            case "drill", "canary" -> "/console/watch";
            case "restore" -> "/console/restores";
            case "audit" -> "/console/audit";
            case "migrate" -> "/console/migrations";
            default -> operation.equals("loss") ? "/console/loss" : "/console";
        };
    }

    /**
     * How far work is, with the button that stops it.
     *
     * @param then the page to load when it ends
     */
    void panel(Html page, Visit visit, Work work, String then) {
        WorkView view = work.view(false);
        Failure failure = view.error();
        if (view.state() == WorkState.RUNNING) {
            page.open("section", "class", "progress", "aria-label", "Progress").line();
            page.open(
                    "div",
                    "data-live",
                    "/console/work/" + work.id().text() + "/events",
                    "data-then",
                    then,
                    "role",
                    "status",
                    "aria-live",
                    "polite");
            page.ready(fragment(view, null)).close().line();
            if (visit.may(Role.ENGINEER)) {
                frame.form(page, visit, "/console/work/" + work.id().text() + "/cancel", then);
                page.element("button", "Stop it", "class", "quiet").close();
            }
            page.close().line();
        } else if (failure != null) {
            page.open("div", "class", "said bad", "role", "alert");
            page.open("p", "class", "words")
                    .text(words(view.operation()) + (view.state() == WorkState.CANCELLED ? ": stopped. " : " failed: "))
                    .text(Shown.name(failure.message()))
                    .close();
            if (!failure.hint().isEmpty()) {
                page.open("p").text(Shown.upper(Shown.name(failure.hint()))).close();
            }
            page.close().line();
        }
    }

    /** @param before what was shown last, for the rate of now; null for the rate since the beginning */
    private String fragment(WorkView view, @Nullable Shot before) {
        Html page = new Html();
        WorkView.Stage stage = view.progress();
        if (stage == null) {
            page.element("p", words(view.operation()) + ": beginning", "class", "phase");
            page.open("progress", "aria-label", "Beginning").close();
            return page.finished();
        }
        page.element("p", Shown.upper(stage.phase()), "class", "phase");
        if (stage.total() > 0) {
            page.open(
                            "progress",
                            "value",
                            Long.toString(Math.min(stage.done(), stage.total())),
                            "max",
                            Long.toString(stage.total()),
                            "aria-label",
                            stage.phase())
                    .close();
        } else {
            page.open("progress", "aria-label", stage.phase()).close();
        }
        StringBuilder figures = new StringBuilder(Shown.number(stage.done()));
        if (stage.total() >= 0) {
            figures.append(" of ").append(Shown.number(stage.total()));
        }
        figures.append(' ').append(stage.unit());
        if (stage.bytes() > 0) {
            figures.append(", ").append(Shown.size(stage.bytes()));
        }
        if (before != null && before.stage().phase().equals(stage.phase())) {
            double seconds = (System.nanoTime() - before.nanos()) / 1e9;
            if (seconds > 0.05) {
                figures.append(String.format(
                        Locale.ROOT,
                        " · %,.0f %s/s",
                        Math.max(0, stage.done() - before.stage().done()) / seconds,
                        stage.unit()));
                if (stage.bytes() > before.stage().bytes()) {
                    figures.append(", ")
                            .append(Shown.size(
                                    (long) ((stage.bytes() - before.stage().bytes()) / seconds)))
                            .append("/s");
                }
            }
        }
        figures.append(" · since ").append(Shown.span(Duration.between(view.startedAt(), clock.instant())));
        page.element("p", figures.toString(), "class", "figures");
        return page.finished().replace("\n", "");
    }

    private record Shot(long nanos, WorkView.Stage stage) {}

    private Answer follow(Visit visit) throws InterruptedException {
        Work work = work(visit);
        long end = System.nanoTime() + LONGEST.toNanos();
        long known = 0;
        Shot before = null;
        try (SseSink sink = visit.response().sink(SseSink.TYPE)) {
            while (System.nanoTime() < end) {
                List<WorkEvent> news = work.events(known, HEARTBEAT);
                if (news.isEmpty()) {
                    sink.emit(SseEvent.builder()
                            .comment("still at it")
                            .data(SseEvent.NO_DATA)
                            .build());
                    continue;
                }
                known = news.getLast().id();
                WorkView view = work.view(false);
                if (news.getLast().last()) {
                    sink.emit(SseEvent.builder().name("end").data("end").build());
                    return new Answer.Sent();
                }
                sink.emit(SseEvent.builder()
                        .name("progress")
                        .data(fragment(view, before))
                        .build());
                WorkView.Stage stage = view.progress();
                if (stage != null) {
                    before = new Shot(System.nanoTime(), stage);
                }
            }
        } catch (UncheckedIOException e) {
            // The browser has gone; the work goes on.
            return new Answer.Sent();
        }
        return new Answer.Sent();
    }

    private Answer cancel(Visit visit) {
        Work work = work(visit);
        if (visit.identity().role() != Role.ADMIN
                && !work.person().equals(visit.identity().person())) {
            throw new Refusal(403, "This work was begun by somebody else. Let them, or an admin, stop it.");
        }
        doing.cancel(work);
        return visit.done("It was asked to stop.", "/console/work/" + work.id().text());
    }

    /** A table of work that is under way; nothing where there is none. */
    void running(Html page, Visit visit) {
        List<WorkView> running = doing.all(visit.identity()).stream()
                .map(work -> work.view(false))
                .filter(view -> view.state() == WorkState.RUNNING)
                .limit(20)
                .toList();
        if (running.isEmpty()) {
            page.element("p", "Nothing is under way.", "class", "note");
            return;
        }
        page.open("ul", "class", "plain");
        for (WorkView view : running) {
            page.open("li").link("/console/work/" + view.id(), words(view.operation()));
            page.text(", by ").name(view.person());
            WorkView.Stage stage = view.progress();
            page.text(
                    stage == null
                            ? ""
                            : ": " + stage.phase() + ", " + Shown.number(stage.done())
                                    + (stage.total() > 0 ? " of " + Shown.number(stage.total()) : "") + " "
                                    + stage.unit());
            page.close();
        }
        page.close().line();
    }

    /** What an operation does, in words. */
    static String words(String operation) {
        return switch (operation) {
            case "restore.stage" -> "Staging a restore";
            case "restore.validate" -> "Validating";
            case "restore.preview" -> "Planning";
            case "restore.merge" -> "Merging";
            case "restore.undo" -> "Undoing";
            case "restore.pack" -> "Packing the evidence";
            case "snapshot.take" -> "Taking a snapshot";
            case "repo.verify" -> "Verifying the repository";
            case "drill.run" -> "Running a drill";
            case "loss" -> "Comparing live mail with history";
            case "audit.verify" -> "Verifying the audit log";
            case "canary.check" -> "Checking canaries";
            default -> Shown.upper(operation.replace('.', ' '));
        };
    }

    Instant now() {
        return Objects.requireNonNull(clock.instant());
    }
}
