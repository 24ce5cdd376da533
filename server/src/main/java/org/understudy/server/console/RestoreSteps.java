package org.understudy.server.console;

import io.helidon.http.HeaderNames;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.understudy.restore.job.RestoreJobs;
import org.understudy.restore.operation.Caller;
import org.understudy.restore.operation.Role;
import org.understudy.restore.pack.PackRestore;
import org.understudy.restore.plan.MergePolicy;
import org.understudy.restore.repository.backend.Durable;
import org.understudy.restore.workflow.ApproveRestore;
import org.understudy.restore.workflow.MergeRestore;
import org.understudy.restore.workflow.PreviewRestore;
import org.understudy.restore.workflow.StageRestore;
import org.understudy.restore.workflow.UndoRestore;
import org.understudy.restore.workflow.ValidateRestore;

/** The buttons of a restore's page. */
final class RestoreSteps {
    private final ConsoleSetup setup;
    private final Doing doing;

    RestoreSteps(ConsoleSetup setup, Doing doing) {
        this.setup = setup;
        this.doing = doing;
    }

    List<Place> places() {
        String at = "/console/restores/{id}/";
        return List.of(
                Place.post(
                        at + "stage",
                        Role.ENGINEER,
                        visit -> begin(visit, "restore.stage", StageRestore.Request.resume(id(visit)))),
                Place.post(
                        at + "validate",
                        Role.ENGINEER,
                        visit -> begin(visit, "restore.validate", new ValidateRestore.Request(id(visit)))),
                Place.post(
                        at + "preview",
                        Role.ENGINEER,
                        visit -> begin(
                                visit,
                                "restore.preview",
                                new PreviewRestore.Request(id(visit), MergePolicy.defaults(), 1, 0))),
                Place.post(at + "approve", Role.APPROVER, this::approve),
                Place.post(
                        at + "merge",
                        Role.ENGINEER,
                        visit -> begin(visit, "restore.merge", MergeRestore.Request.of(id(visit)))),
                Place.post(
                        at + "undo",
                        Role.ENGINEER,
                        visit -> begin(visit, "restore.undo", new UndoRestore.Request(id(visit)))),
                Place.post(at + "pack", Role.ENGINEER, this::pack),
                Place.get(at + "pack", Role.ENGINEER, this::download));
    }

    /** The id of a restore that there is. */
    private String id(Visit visit) {
        return RestoreJobs.one(setup.workplace().restores(), visit.path("id")).id();
    }

    private Answer begin(Visit visit, String operation, Object request) {
        String id = id(visit);
        doing.begin(visit, operation, request, id);
        return new Answer.Go("/console/restores/" + id);
    }

    private Answer approve(Visit visit) throws InterruptedException {
        String id = id(visit);
        Caller caller = visit.caller();
        ApproveRestore.Result result = doing.act(
                visit,
                "restore.approve",
                new ApproveRestore.Request(id, visit.field("hash"), caller == null ? "local" : ""),
                ApproveRestore.Result.class);
        return visit.done(
                result.missing() == 0
                        ? "You have approved the plan. It can be merged now."
                        : "You have approved the plan. One more person must.",
                "/console/restores/" + id);
    }

    private Answer pack(Visit visit) throws IOException {
        String id = id(visit);
        Path folder = folder(setup);
        Durable.folder(folder);
        Durable.permit(folder, "rwx------");
        return begin(
                visit,
                "restore.pack",
                new PackRestore.Request(id, folder.resolve(file(id)).toString()));
    }

    private static Path folder(ConsoleSetup setup) {
        return setup.workplace().dataFolder().resolve("exports");
    }

    private static String file(String id) {
        return "evidence-" + id + ".tar.gz";
    }

    /** The archive of a restore, if it was packed. */
    static Optional<Path> packed(ConsoleSetup setup, String id) {
        return Optional.of(folder(setup).resolve(file(id)))
                .filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS));
    }

    private Answer download(Visit visit) throws IOException {
        String id = id(visit);
        Path file = packed(setup, id)
                .orElseThrow(() -> new Refusal(404, "The evidence of this restore is not packed yet. Pack it first."));
        visit.response().header(HeaderNames.CONTENT_TYPE, "application/gzip");
        visit.response().header(HeaderNames.create("Content-Disposition"), "attachment; filename=\"" + file(id) + "\"");
        visit.response().contentLength(Files.size(file));
        try (OutputStream out = visit.response().outputStream()) {
            Files.copy(file, out);
        }
        return new Answer.Sent();
    }
}
